import { defineStage, stageError, Type } from 'sluice'
import { Examples, goldAnswers, Metrics, Predictions, scoreV1, scoreV2 } from 'sluice/squad'

/** How many ids a message names before it only counts. */
const NAMED = 5

export default defineStage({
  name: 'evaluate',
  version: 1,
  summary: 'Scores predictions by the rules of the official SQuAD scripts: exact match and F1.',
  config: Type.Object({
    version_2_with_negative: Type.Optional(
      Type.Boolean({
        description: 'Whether the data has questions without an answer. By default as `read` recorded it.',
      }),
    ),
  }),
  inputs: { predictions: Predictions, examples: Examples },
  outputs: { metrics: Metrics },
  check({ config, facts }) {
    const recorded = facts.examples?.version_2_with_negative
    if (config.version_2_with_negative === undefined || !recorded || config.version_2_with_negative === recorded.value)
      return []
    return [
      {
        code: 'version-mismatch',
        at: '/version_2_with_negative',
        message: `version_2_with_negative is ${config.version_2_with_negative} here, but the stage "${recorded.stage}" (${recorded.where}) reads the data with ${recorded.value}.`,
        hint: 'Leave it out here: what `read` recorded is used.',
      },
    ]
  },
  run({ inputs: { examples, predictions }, log }) {
    const v2 = examples.version_2_with_negative
    if (v2 !== predictions.version_2_with_negative)
      throw stageError({
        code: 'version-mismatch',
        message: `The predictions were made with version_2_with_negative: ${predictions.version_2_with_negative}, the examples were read with ${v2}.`,
        hint: 'Take both from the same `read` stage.',
      })
    const golds = goldAnswers(examples)
    const metrics = v2
      ? scoreV2(golds, predictions.answers, predictions.null_odds)
      : scoreV1(golds, predictions.answers)
    warnAbout(log, metrics.missing, 'have no prediction and count as wrong')
    warnAbout(log, metrics.extra, 'are predicted but not in the data; they do not count')
    log.result('exact_match', rounded('exact_match' in metrics ? metrics.exact_match : metrics.exact))
    log.result('f1', rounded(metrics.f1))
    return { metrics }
  },
})

function warnAbout(log: { warn(message: string): void }, ids: readonly string[], what: string) {
  if (ids.length === 0) return
  const more = ids.length > NAMED ? ` and ${ids.length - NAMED} more` : ''
  log.warn(`${ids.length} questions ${what}: ${ids.slice(0, NAMED).join(', ')}${more}`)
}

const rounded = (percent: number) => Math.round(percent * 100) / 100
