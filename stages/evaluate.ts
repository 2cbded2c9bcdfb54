import { count, defineStage, firstFew, stageError, Type } from 'sluice'
import { Examples, exactOf, expectAnswers, Metrics, Predictions, scorePredictions } from 'sluice/squad'

export { evaluationComparison as comparison } from 'sluice/squad'

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
  resources: { blocking: true },
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
    expectAnswers(examples)
    const metrics = scorePredictions(examples, predictions)
    warnAbout(metrics, log)
    log.result('exact_match', rounded(exactOf(metrics)))
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
