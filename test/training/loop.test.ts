import { describe, expect, it } from 'vitest'
import { initialWeights } from '../../src/model/initial-weights.ts'
import type { Weights } from '../../src/model/model.types.ts'
import { networkOf } from '../../src/model/networks.ts'
import { random } from '../../src/model/random.ts'
import { openBackend } from '../../src/tensor/backend.ts'
import type { Engine } from '../../src/tensor/backend.types.ts'
import { inferHere } from '../../src/training/infer-here.ts'
import { type OptimizerStep, startOfTraining, trainingSteps } from '../../src/training/loop.ts'
import { copyOut } from '../../src/training/parameters.ts'
import { trainHere } from '../../src/training/train-here.ts'
import { prepareTraining, type TrainerChanges } from '../../src/training/trainer.ts'
import type { Dataset, TrainingOptions } from '../../src/training/training.types.ts'
import { choiceOf, engines } from '../engines.ts'
import { datasetOf, defaults, type PaddedRows, randomRows, tinyConfig } from './datasets.ts'

const network = networkOf(tinyConfig)
const weights = initialWeights(network, tinyConfig, 1)
const withDropout = { ...tinyConfig, hidden_dropout_prob: 0.1, attention_probs_dropout_prob: 0.1 }
const rows = (count: number) => datasetOf(randomRows(count, 12, tinyConfig.vocab_size, random(9).uniform), 12)
const options = { ...defaults, learning_rate: 1e-2, train_batch_size: 2, num_train_epochs: 1 }
const inOrder = (data: Dataset) => Int32Array.from({ length: data.rows }, (_, row) => row)

/** Trains on rows in their order, and returns each step and the weights at the end. */
async function train(
  data: Dataset,
  settings: TrainingOptions,
  config: typeof tinyConfig = tinyConfig,
  changes: TrainerChanges = {},
) {
  const { backend } = await openBackend(settings.engine)
  const trainer = await prepareTraining({ config, weights, data, options: settings }, backend, {
    orderOf: () => inOrder(data),
    ...changes,
  })
  const steps: OptimizerStep[] = []
  for await (const step of trainingSteps(trainer, startOfTraining())) steps.push(step)
  await trainer.programs.dispose()
  await backend.dispose()
  return { steps, weights: copyOut(trainer.parameters, network.weights(config)) }
}

describe.each(engines)('on the engine %s', name => {
  const engine = choiceOf(name)
  const settings = { ...options, engine }

  it('learns', async () => {
    const { steps } = await train(rows(4), {
      ...settings,
      num_train_epochs: 20,
      train_batch_size: 4,
      lr_scheduler: 'constant',
    })
    expect(steps[0]!.loss).toBeGreaterThan(1.5)
    expect(steps.at(-1)!.loss).toBeLessThan(0.3)
  })

  it('accumulates two batches into the gradients of one of double size', async () => {
    const data = rows(8)
    const two = await train(data, { ...settings, gradient_accumulation_steps: 2 })
    const one = await train(data, { ...settings, train_batch_size: 4 })
    expect(two.steps.map(({ rows, tokens }) => [rows, tokens])).toEqual(
      one.steps.map(({ rows, tokens }) => [rows, tokens]),
    )
    two.steps.forEach((step, at) => {
      expect(step.loss).toBeCloseTo(one.steps[at]!.loss, 5)
      expect(step.grad_norm).toBeCloseTo(one.steps[at]!.grad_norm, 4)
    })
    expect(two.steps.length).toBe(2)
  })

  it('takes gradients that are left over into the first step of the next epoch', async () => {
    const data = rows(6)
    const { steps } = await train(data, {
      ...settings,
      gradient_accumulation_steps: 2,
      num_train_epochs: 2,
      learning_rate: 0,
    })
    // Three batches of two an epoch: one step of two, and one batch that the next epoch's first step counts as well.
    expect(steps.map(({ step, epoch, rows }) => [step, epoch, rows])).toEqual([
      [1, 0, 4],
      [2, 1, 6],
    ])
    const whole = await train(data, { ...settings, train_batch_size: 6, learning_rate: 0 })
    const first = await train(data, { ...settings, train_batch_size: 4, learning_rate: 0 })
    expect(steps[0]!.grad_norm).toBeCloseTo(first.steps[0]!.grad_norm, 4)
    // The sum of three batches, halved: at a rate of 0 one and a half times the gradient of all six rows.
    expect(steps[1]!.grad_norm).toBeCloseTo(1.5 * (await meanOfThree(data, settings)), 4)
    expect(whole.steps[0]!.loss).toBeCloseTo(steps[1]!.loss, 5)
  })

  it('computes a batch in parts as it does in one piece', async () => {
    const data = rows(7)
    const whole = await train(data, { ...settings, train_batch_size: 7 })
    const parts = await train(data, { ...settings, train_batch_size: 7 }, tinyConfig, { rowsAtOnce: 3 })
    expect(parts.steps[0]!.loss).toBeCloseTo(whole.steps[0]!.loss, 5)
    expect(parts.steps[0]!.grad_norm).toBeCloseTo(whole.steps[0]!.grad_norm, 4)
  })

  it('gives a row the same loss however far it is padded', async () => {
    const data = rows(4)
    const settings4 = { ...settings, train_batch_size: 4 }
    const [short, full] = [
      await train(data, settings4, tinyConfig, { lengthStep: 1 }),
      await train({ ...data, max_length: 24 }, settings4, tinyConfig, { lengthStep: 24 }),
    ]
    expect(Math.abs(short.steps[0]!.loss - full.steps[0]!.loss)).toBeLessThan(1e-5)
    expect(short.steps[0]!.grad_norm).toBeCloseTo(full.steps[0]!.grad_norm, 5)
    // Over the padding too, as `transformers` counts it, the loss is another one.
    const counted = await train({ ...data, max_length: 24 }, { ...settings4, pad_to_max_length: true })
    expect(counted.steps[0]!.loss - full.steps[0]!.loss).toBeGreaterThan(0.1)
  })

  it('pads a short last batch with rows that change nothing', async () => {
    const data = rows(3)
    const padded = await train(data, { ...settings, train_batch_size: 8 })
    const exact = await train(data, { ...settings, train_batch_size: 3 })
    expect(padded.steps[0]!.loss).toBeCloseTo(exact.steps[0]!.loss, 5)
    expect(padded.steps[0]!.grad_norm).toBeCloseTo(exact.steps[0]!.grad_norm, 4)
  })

  it('gives the padding row no gradient, and decays what it should', async () => {
    const { weights: after, steps } = await train(rows(2), {
      ...settings,
      max_grad_norm: 0,
      weight_decay: 0.5,
      max_steps: 1,
    })
    expect(steps.length).toBe(1)
    const words = 'bert.embeddings.word_embeddings.weight'
    expect([...after.get(words)!.data.subarray(0, 16)]).toEqual(new Array(16).fill(0))
    // A token that is in no row has no gradient: only decay moves it.
    const unused = 'bert.embeddings.position_embeddings.weight'
    const row = (values: Weights) => values.get(unused)!.data.subarray(31 * 16, 32 * 16)
    expect([...row(after)]).toEqual([...row(weights)].map(value => Math.fround(value * Math.fround(1 - 1e-2 * 0.5))))
  })

  it('makes exactly max_steps steps', async () => {
    const { steps } = await train(rows(6), { ...settings, max_steps: 7 })
    expect(steps.map(({ step, epoch }) => [step, epoch])).toEqual([
      [1, 0],
      [2, 0],
      [3, 0],
      [4, 1],
      [5, 1],
      [6, 1],
      [7, 2],
    ])
  })

  it('gives the same bytes for the same seed, and others for another', async () => {
    const run = async (seed: number) =>
      (await trainHere({ config: withDropout, weights, data: rows(6), options: { ...settings, seed } })).weights
    const first = await run(42)
    expect(await run(42)).toEqual(first)
    expect(await run(43)).not.toEqual(first)
  })

  it('drops out in training only, and each batch otherwise', async () => {
    const data = rows(4)
    const still = { ...settings, learning_rate: 0, train_batch_size: 4, num_train_epochs: 2 }
    const plain = await train(data, still)
    const dropped = await train(data, still, withDropout)
    expect(plain.steps[0]!.loss).toBe(plain.steps[1]!.loss)
    expect(dropped.steps[0]!.loss).not.toBe(plain.steps[0]!.loss)
    expect(dropped.steps[0]!.loss).not.toBe(dropped.steps[1]!.loss)
    const logits = (config: typeof tinyConfig) => inferHere({ config, weights, data, batch_size: 3, engine })
    expect(await logits(withDropout)).toEqual(await logits(tinyConfig))
  })

  it('stops at a loss that is not finite, and says where', async () => {
    const names = { names: ['q1', 'q2', 'q3'], name_of_row: Int32Array.of(0, 1, 1, 2) }
    const broken = new Map(weights)
    broken.set('qa_outputs.bias', { shape: [2], data: Float32Array.of(Number.NaN, 0) })
    const data = { ...rows(4), ...names }
    await expect(
      trainHere({
        config: tinyConfig,
        weights: broken,
        data,
        options: { ...settings, train_batch_size: 4, warmup_steps: 1, max_steps: 2 },
      }),
    ).rejects.toMatchObject({
      problem: {
        code: 'loss-not-finite',
        message: expect.stringMatching(
          /^The loss became NaN at step 1 \(learning rate 0\), in the batch of (q[123](, |\.)){3}$/,
        ),
        hint: 'Lower `learning_rate`, warm up longer (`warmup_steps`), or look at these windows.',
      },
    })
  })

  it('stops at a gradient norm that is not finite, although the loss is', async () => {
    // The head's gradient is as large as what the last layer gives; summed over the batches of a step it leaves float32.
    const changed = new Map(weights)
    const fill = (name: string, value: number) => {
      const { shape, data } = changed.get(name)!
      changed.set(name, { shape, data: new Float32Array(data.length).fill(value) })
    }
    fill('bert.encoder.layer.1.output.LayerNorm.weight', 5e37)
    fill('qa_outputs.weight', 1e-37)
    const one = randomRows(1, 12, tinyConfig.vocab_size, random(9).uniform)
    const repeated = Object.fromEntries(Object.entries(one).map(([name, [row]]) => [name, Array(40).fill(row)]))
    const data = {
      ...datasetOf(repeated as unknown as PaddedRows, 12),
      names: ['q1'],
      name_of_row: new Int32Array(40),
    }
    const accumulated = { ...settings, train_batch_size: 1, gradient_accumulation_steps: 40 }
    await expect(trainHere({ config: tinyConfig, weights: changed, data, options: accumulated })).rejects.toMatchObject(
      {
        problem: {
          code: 'loss-not-finite',
          message: 'The gradient norm became Infinity at step 1 (learning rate 0.01), in the batch of q1.',
        },
      },
    )
  })

  it('refuses ids that the network does not have', async () => {
    const data = rows(2)
    data.ragged.input_ids!.values[3] = 40
    await expect(trainHere({ config: tinyConfig, weights, data, options: settings })).rejects.toMatchObject({
      problem: {
        code: 'data-too-large',
        message:
          'The data does not fit the model: found the token id 40, but its config.json has a `vocab_size` of 40.',
        hint: 'Make the windows with the vocabulary and the settings that belong to the model.',
      },
    })
  })
})

it('computes the same logits on every engine, in the order of the rows', async () => {
  const data = rows(7)
  const infer = (engine: Engine, batch_size: number) =>
    inferHere({ config: tinyConfig, weights, data, batch_size, engine: choiceOf(engine) })
  const expected = await infer('reference', 1)
  for (const engine of engines) {
    const { start, end, offsets } = await infer(engine, 3)
    expect(offsets).toEqual(data.ragged.input_ids!.offsets)
    start.forEach((value, at) => {
      expect(value).toBeCloseTo(expected.start[at]!, 5)
    })
    end.forEach((value, at) => {
      expect(value).toBeCloseTo(expected.end[at]!, 5)
    })
  }
})

it('refuses logits that are not finite, and names the row', async () => {
  const broken = new Map(weights)
  broken.set('qa_outputs.bias', { shape: [2], data: Float32Array.of(0, Number.POSITIVE_INFINITY) })
  const data = { ...rows(2), names: ['q7'], name_of_row: Int32Array.of(0, 0) }
  await expect(
    inferHere({ config: tinyConfig, weights: broken, data, batch_size: 2, engine: 'reference' }),
  ).rejects.toMatchObject({
    problem: {
      code: 'logits-not-finite',
      message: 'Expected logits that are finite numbers; found Infinity in those of q7.',
      hint: "The model's weights are damaged, or the training that made them went wrong.",
    },
  })
})

it('decays all weights but biases and LayerNorm', () => {
  expect(
    [...network.weights(tinyConfig)]
      .filter(([name, { decay }]) => decay && !/^bert\.encoder\.layer\.1/.test(name))
      .map(([name]) => name),
  ).toEqual([
    'bert.embeddings.word_embeddings.weight',
    'bert.embeddings.position_embeddings.weight',
    'bert.embeddings.token_type_embeddings.weight',
    'bert.encoder.layer.0.attention.self.query.weight',
    'bert.encoder.layer.0.attention.self.key.weight',
    'bert.encoder.layer.0.attention.self.value.weight',
    'bert.encoder.layer.0.attention.output.dense.weight',
    'bert.encoder.layer.0.intermediate.dense.weight',
    'bert.encoder.layer.0.output.dense.weight',
    'qa_outputs.weight',
  ])
})

/** The norm of the mean gradient of three batches of two, at the initial weights. */
async function meanOfThree(data: Dataset, settings: TrainingOptions): Promise<number> {
  const { steps } = await train(data, {
    ...settings,
    train_batch_size: 2,
    gradient_accumulation_steps: 3,
    learning_rate: 0,
  })
  return steps[0]!.grad_norm
}
