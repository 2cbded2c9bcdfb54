import { count, defineStage, firstFew, stageError, Type } from 'sluice'
import { Examples, goldAnswers, Metrics, Predictions, scoreV1, scoreV2 } from 'sluice/squad'

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
        hint: LEAVE_OUT,
      },
    ]
  },
  run({ config, inputs: { examples, predictions }, log }) {
    expectSameVersion(config.version_2_with_negative, examples, predictions)
    const golds = goldAnswers(examples)
    if (!examples.version_2_with_negative) expectAnswers(golds)
    const metrics = examples.version_2_with_negative
      ? scoreV2(golds, predictions.answers, predictions.null_odds)
      : scoreV1(golds, predictions.answers)
    warnAbout(metrics, log)
    log.result('exact_match', rounded('exact_match' in metrics ? metrics.exact_match : metrics.exact))
    log.result('f1', rounded(metrics.f1))
    return { metrics }
  },
})

const LEAVE_OUT = 'Leave it out here: what `read` recorded is used.'

/** Whether there are questions without an answer must be the same here, in the predictions and in the examples. */
function expectSameVersion(
  here: boolean | undefined,
  { version_2_with_negative: read }: Examples,
  { version_2_with_negative: predicted }: Predictions,
) {
  if (here !== undefined && here !== read)
    throw stageError({
      code: 'version-mismatch',
      message: `version_2_with_negative is ${here} here, but the examples were read with ${read}.`,
      hint: LEAVE_OUT,
    })
  if (read !== predicted)
    throw stageError({
      code: 'version-mismatch',
      message: `The predictions were made with version_2_with_negative: ${predicted}, the examples were read with version_2_with_negative: ${read}.`,
      hint: 'Take both from the same `read` stage.',
    })
}

/** By the rules of v1.1 every prediction for a question without an answer would be wrong. */
function expectAnswers(golds: ReturnType<typeof goldAnswers>) {
  const without = golds.filter(({ answers }) => answers.length === 0).map(({ id }) => id)
  if (without.length === 0) return
  const share = `${without.length.toLocaleString('en')} of ${count(golds.length, 'question')}`
  throw stageError({
    code: 'no-answers',
    message: `Expected an accepted answer of every question to score it by; ${share} ${without.length === 1 ? 'has' : 'have'} none: ${firstFew(without)}.`,
    hint: 'A test set is published without answers: it can be predicted on, not scored. Data of SQuAD v2.0 is read with `version_2_with_negative: true`.',
  })
}

function warnAbout({ missing, extra }: Metrics, log: { warn(message: string): void }) {
  if (missing.length > 0)
    log.warn(
      `${count(missing.length, 'question')} ${missing.length === 1 ? 'has no prediction and counts' : 'have no prediction and count'} as wrong: ${firstFew(missing)}`,
    )
  if (extra.length > 0)
    log.warn(
      `${count(extra.length, 'prediction')} ${extra.length === 1 ? 'is for no question of the data and does' : 'are for no question of the data and do'} not count: ${firstFew(extra)}`,
    )
}

const rounded = (percent: number) => Math.round(percent * 100) / 100
