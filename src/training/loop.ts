import { hashOf, random } from '../model/random.ts'
import type { HostArrays } from '../tensor/backend.types.ts'
import { paddedLength, positionsOf, rowLengths, tokensOf } from './batches.ts'
import type { Parameters } from './parameters.ts'
import { gradientOf, type Programs } from './programs.ts'
import { learningRates, type StepPlan } from './schedule.ts'
import type { Dataset, TrainingOptions } from './training.types.ts'
import { trainingError } from './training-error.ts'

/** Where a run stands: with the flat arrays of `Parameters`, all that is needed to go on from here. */
export interface TrainingState {
  /** Optimizer steps made. */
  step: number
  epoch: number
  /** Batches of this epoch that are done. */
  batch: number
  /** Batches done since the start; with the seed it gives a batch's dropout. */
  batches: number
  /** Batches whose gradients are summed in `grads` and not yet used. */
  gathered: number
  /** Sum of the losses of all batches done. */
  loss: number
}

export const startOfTraining = (): TrainingState => ({ step: 0, epoch: 0, batch: 0, batches: 0, gathered: 0, loss: 0 })

export interface Trainer {
  readonly data: Dataset
  /** The rows of an epoch in the order in which they are trained on. */
  readonly orderOf: (epoch: number) => Int32Array
  readonly options: TrainingOptions
  readonly plan: StepPlan
  readonly parameters: Parameters
  readonly programs: Programs
  /** Asked before each batch; throws to stop. */
  readonly throwIfAborted: () => void
}

/** One optimizer step, as it was made. */
export interface OptimizerStep {
  readonly step: number
  readonly epoch: number
  /** Mean over the batches whose gradients the step used. */
  readonly loss: number
  readonly learning_rate: number
  /** Before clipping. */
  readonly grad_norm: number
  readonly rows: number
  /** Real ones, without padding. */
  readonly tokens: number
}

/**
 * Trains from `state` to the end of the plan, yielding after each optimizer step. Between two steps, `state` and the arrays
 * of `parameters` are whole: a copy of them is a checkpoint. `state` is changed in place.
 * @throws TrainingError `loss-not-finite`
 */
export async function* trainingSteps(trainer: Trainer, state: TrainingState): AsyncGenerator<OptimizerStep> {
  const { data, options, plan, parameters } = trainer
  const { gradient_accumulation_steps: accumulation, train_batch_size: size } = options
  const lengths = rowLengths(data)
  const rateOf = learningRates(options, plan.total_steps)
  const gather = gradientGatherer(trainer, lengths)
  let sums = noSums()
  while (state.step < plan.total_steps) {
    const order = trainer.orderOf(state.epoch)
    while (state.batch < plan.batches_per_epoch && state.step < plan.total_steps) {
      trainer.throwIfAborted()
      const rows = order.subarray(state.batch * size, (state.batch + 1) * size)
      const learning_rate = rateOf(state.step + 1)
      const loss = await gather(state, rows)
      if (!Number.isFinite(loss)) throw notFinite('loss', loss, state.step + 1, learning_rate, rows, data)
      state.batch++
      state.batches++
      state.gathered++
      state.loss += loss
      sums.loss += loss
      sums.batches++
      sums.rows += rows.length
      sums.tokens += rows.reduce((sum, row) => sum + lengths[row]!, 0)
      if (state.batch % accumulation !== 0) continue

      const grad_norm = Math.sqrt(parameters.flat.sumOfSquares()) / accumulation
      if (!Number.isFinite(grad_norm))
        throw notFinite('gradient norm', grad_norm, state.step + 1, learning_rate, rows, data)
      updateWeights(parameters, options, state.step + 1, learning_rate, grad_norm)
      state.step++
      state.gathered = 0
      const { loss: total, batches, ...work } = sums
      sums = noSums()
      yield { step: state.step, epoch: state.epoch, loss: total / batches, learning_rate, grad_norm, ...work }
    }
    if (state.batch === plan.batches_per_epoch) {
      state.batch = 0
      state.epoch++
    }
  }
}

/** A function that adds the gradients of one batch to `grads`, and returns the batch's loss. */
function gradientGatherer({ data, options, parameters, programs }: Trainer, lengths: Int32Array) {
  const size = options.train_batch_size
  const { flat, views } = parameters
  const weights = views(flat.params)
  let another: Float32Array | undefined
  return async (state: TrainingState, rows: Int32Array): Promise<number> => {
    const longest = rows.reduce((most, row) => Math.max(most, lengths[row]!), 0)
    const length = paddedLength(longest, data.max_length)
    if (state.gathered > 0) another ??= new Float32Array(flat.grads.length)
    const into = state.gathered > 0 ? another! : flat.grads
    const program = await programs.get(length)
    const { loss } = await program.run(
      {
        ...weights,
        ...tokensOf(data, rows, size, length),
        starts: positionsOf(data.scalar.start_positions!, rows, size, length),
        ends: positionsOf(data.scalar.end_positions!, rows, size, length),
        seed: Int32Array.of(random(options.seed, hashOf('dropout'), state.batches).uint32()),
      },
      gradientViews(parameters, into),
    )
    if (into !== flat.grads) for (let i = 0; i < into.length; i++) flat.grads[i]! += into[i]!
    return loss![0]!
  }
}

/** AdamW on the mean of the gathered gradients, clipped by their global norm as `torch.nn.utils.clip_grad_norm_` does it. */
function updateWeights({ flat, ranges }: Parameters, options: TrainingOptions, t: number, lr: number, norm: number) {
  const { max_grad_norm: most, gradient_accumulation_steps: accumulation } = options
  const clip = most > 0 ? Math.min(1, most / (norm + 1e-6)) : 1
  const { weight_decay, adam_epsilon: eps } = options
  flat.step({ lr, beta1: 0.9, beta2: 0.999, eps, weight_decay, t, scale: clip / accumulation }, ranges)
}

const gradientViews = ({ views }: Parameters, array: Float32Array): HostArrays =>
  Object.fromEntries(Object.entries(views(array)).map(([name, view]) => [gradientOf(name), view]))

const noSums = () => ({ loss: 0, batches: 0, rows: 0, tokens: 0 })

const notFinite = (what: string, value: number, step: number, rate: number, rows: Int32Array, data: Dataset) =>
  trainingError({
    code: 'loss-not-finite',
    message: `The ${what} became ${value} at step ${step} (learning rate ${rate}), in the batch of ${namesOf(rows, data)}.`,
    hint: 'Lower `learning_rate`, warm up longer (`warmup_steps`), or look at these windows.',
  })

const namesOf = (rows: Int32Array, { names, name_of_row }: Dataset) =>
  [...new Set(Array.from(rows, row => names?.[name_of_row?.[row] ?? row] ?? `row ${row}`))].join(', ')
