import type { ComparedRuns } from '../../src/plugin/stage-command.ts'
import { evaluationComparison } from '../../src/squad/compare/compare-evaluations.ts'
import type { Examples } from '../../src/squad/examples.ts'
import type { Predictions } from '../../src/squad/predictions.ts'
import { examplesOf, predictionsOf } from './report-inputs.ts'

// What `pipeline compare` would have of two runs.

const result = (examples: Examples, predictions: Predictions) => ({
  config: {},
  inputs: {
    examples: { kind: 'examples', read: async () => examples },
    predictions: { kind: 'predictions', read: async () => predictions },
  },
  outputs: {},
})

/** Two predictions of the same questions, with parameters, numbers and times. */
export const comparedOf = async (examples: Examples, a: Predictions, b: Predictions): Promise<ComparedRuns> => {
  const told = (await evaluationComparison.compare(result(examples, a), result(examples, b)))!
  return {
    names: ['a.yaml', 'a.yaml --set stages.train.with.learning_rate=5e-5'],
    record: {
      parameters: [
        { stage: 'train', name: '/seed', a: 42, b: 7 },
        { stage: 'train', name: '/learning_rate', b: 5e-5 },
        { stage: 'drop', name: '', b: './drop.ts' },
      ],
      numbers: [
        { stage: 'evaluate', name: 'exact', a: 50, b: 62.5, difference: 12.5 },
        { stage: 'evaluate', name: 'total', a: 4, b: 4, difference: 0 },
        { stage: 'mine', name: 'size', b: 3 },
      ],
      times: [
        { stage: 'read', a_ms: 12, b_ms: 12, same: true },
        { stage: 'train', a_ms: 61_000, b_ms: 1500, same: false },
        { stage: 'drop', b_ms: 3, same: false },
      ],
      missing: [{ side: 'b', stages: ['save', 'mine'], make: 'pipeline run a.yaml' }],
    },
    stages: [{ stage: 'evaluate', answers: evaluationComparison.answers.name, ...told }],
  }
}

export const examples = examplesOf({ a: ['blue river'], b: ['Anna'], c: [], d: ['where'] })
const a = predictionsOf({ a: 'blue river', b: 'Anna wrote it', c: '', d: '' }, { a: -3, b: -1, c: 4, d: 1 })
const b = predictionsOf({ a: 'river', b: 'Anna', c: 'Anna' }, { a: -3, b: -1, c: -4 })

export const compared = await comparedOf(examples, a, b)
