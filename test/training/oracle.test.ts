import { describe, expect, it } from 'vitest'
import { describeModel } from '../../src/model/model-folder.ts'
import { readPretrained } from '../../src/model/pretrained.ts'
import { openBackend } from '../../src/tensor/backend.ts'
import { inferHere } from '../../src/training/infer-here.ts'
import { type OptimizerStep, startOfTraining, trainingSteps } from '../../src/training/loop.ts'
import { copyOut } from '../../src/training/parameters.ts'
import { prepareTraining } from '../../src/training/trainer.ts'
import type { InferResult } from '../../src/training/training.types.ts'
import { choiceOf, engines } from '../engines.ts'
import { hasShared, shared, sharedBytes, sharedJson } from '../shared.ts'
import { datasetOf, defaults, type PaddedRows } from './datasets.ts'

interface Step {
  readonly loss: number
  readonly learning_rate: number
  readonly grad_norm: number
}
interface Logits {
  readonly start: number[][]
  readonly end: number[][]
}

// 24 AdamW steps of PyTorch's BertForQuestionAnswering: see the oracle's README.
describe.runIf(hasShared)('training as PyTorch does it', () => {
  it.each(engines)(
    'on the engine %s',
    async name => {
      const engine = choiceOf(name)
      const described = describeModel(
        shared('oracle/train/config.json'),
        sharedBytes('oracle/train/config.json').toString(),
      )
      if ('problems' in described) throw new Error(JSON.stringify(described.problems))
      const { network, config } = described
      const said: string[] = []
      const weights = await readPretrained(described, shared('oracle/train/model.safetensors'), {
        say: message => said.push(message),
      })
      expect(said).toEqual([])

      const batches = sharedJson<PaddedRows[]>('oracle/train/batches.json')
      const data = datasetOf(joined(batches), 48)
      const oracle = sharedJson<{
        warmup_steps: number
        learning_rate: number
        weight_decay: number
        max_grad_norm: number
        steps: Step[]
      }>('oracle/train/steps.json')
      const { steps: expected, ...settings } = oracle
      const options = {
        ...defaults,
        ...settings,
        train_batch_size: 4,
        num_train_epochs: 4,
        pad_to_max_length: true,
        engine,
      }
      const logits = sharedJson<{ before: Logits; after: Logits }>('oracle/train/logits.json')
      const first = datasetOf(batches[0]!, 48)
      const infer = (values: typeof weights) =>
        inferHere({ config, weights: values, data: first, batch_size: 4, engine })
      expect(distance(await infer(weights), logits.before)).toBeLessThan(1e-5)

      const { backend } = await openBackend(engine)
      const orderOf = () => Int32Array.from({ length: data.rows }, (_, row) => row)
      const trainer = await prepareTraining({ config, weights, data, options }, backend, { orderOf })
      const steps: OptimizerStep[] = []
      for await (const step of trainingSteps(trainer, startOfTraining())) steps.push(step)
      expect(steps.map(step => step.learning_rate)).toEqual(expected.map(step => step.learning_rate))
      steps.forEach((step, at) => {
        expect(relative(step.loss, expected[at]!.loss), `loss of step ${at + 1}`).toBeLessThan(1e-5)
        expect(relative(step.grad_norm, expected[at]!.grad_norm), `gradient norm of step ${at + 1}`).toBeLessThan(1e-4)
      })
      const after = await infer(copyOut(trainer.parameters, network.weights(config)))
      expect(distance(after, logits.after, centred)).toBeLessThan(1e-3)
      await trainer.programs.dispose()
      await backend.dispose()
    },
    300_000,
  )
})

const joined = (batches: readonly PaddedRows[]): PaddedRows => ({
  input_ids: batches.flatMap(batch => batch.input_ids),
  input_mask: batches.flatMap(batch => batch.input_mask),
  segment_ids: batches.flatMap(batch => batch.segment_ids),
  start_positions: batches.flatMap(batch => batch.start_positions),
  end_positions: batches.flatMap(batch => batch.end_positions),
})

const relative = (found: number, expected: number) => Math.abs(found - expected) / Math.abs(expected)

/** The largest difference between logits, over the real tokens of all rows. */
const distance = ({ start, end, offsets }: InferResult, expected: Logits, by = (row: readonly number[]) => row) =>
  Math.max(
    ...[start, end].flatMap((logits, at) =>
      [expected.start, expected.end][at]!.map((row, index) => {
        const found = by([...logits.subarray(offsets[index], offsets[index + 1])])
        const right = by(row.slice(0, found.length))
        return Math.max(...found.map((value, token) => Math.abs(value - right[token]!)))
      }),
    ),
  )

/**
 * Logits less their mean. The loss does not see a shift of all of a row's logits, so the true gradient of the last bias is
 * zero; AdamW turns the rounding noise that stands in its place into steps of the size of the learning rate.
 */
const centred = (row: readonly number[]) => {
  const mean = row.reduce((sum, value) => sum + value, 0) / row.length
  return row.map(value => value - mean)
}
