import type { LogRecord } from '../model/training-log.ts'
import { countTokens, rowName } from './batches.ts'
import { type Gathering, gradientGatherer } from './gradients.ts'
import type { Parameters } from './parameters.ts'
import { learningRates, type StepPlan } from './schedule.ts'
import type { Trainer } from './trainer.ts'
import type { Best, Dataset, TrainingOptions } from './training.types.ts'
import { trainingError } from './training-error.ts'

/** Where a run stands: with the flat arrays of `Parameters`, all that is needed to go on from here. */
export interface TrainingState extends Gathering {
  /** Optimizer steps made. */
  step: number
  epoch: number
  /** Batches of this epoch that are done. */
  batch: number
  /** Batches done since the start, and the sum of their losses. */
  batches: number
  loss: number
  /** The step after which the weights were last evaluated, and the best score so far. */
  evaluated?: number
  best?: Best
  /** All steps and evaluations so far. It only grows, so that copies of the state share it. */
  log: LogRecord[]
}

export const startOfTraining = (): TrainingState => ({
  step: 0,
  epoch: 0,
  batch: 0,
  batches: 0,
  loss: 0,
  gathered: 0,
  runs: 0,
  log: [],
})

/** The epochs that are done, with the part of the one that is not. */
export const epochsDone = ({ epoch, batch }: TrainingState, { batches_per_epoch }: StepPlan): number =>
  epoch + batch / batches_per_epoch

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
 * Trains from `state` to the end of the plan, yielding after each optimizer step. Between two steps, and where it throws,
 * `state` and the arrays of `parameters` are whole: a copy of them is a checkpoint. `state` is changed in place.
 * @throws TrainingError `loss-not-finite`; what `throwIfAborted` throws
 */
export async function* trainingSteps(trainer: Trainer, state: TrainingState): AsyncGenerator<OptimizerStep> {
  let whole = { ...state }
  try {
    for await (const step of makeSteps(trainer, state)) {
      yield step
      whole = { ...state }
    }
  } catch (error) {
    // What was gathered of the next step is thrown away: it is made again from its first batch.
    Object.assign(state, whole)
    throw error
  }
}

async function* makeSteps(trainer: Trainer, state: TrainingState): AsyncGenerator<OptimizerStep> {
  const { data, lengths, options, plan, parameters } = trainer
  const { gradient_accumulation_steps: accumulation, train_batch_size: size } = options
  const rateOf = learningRates(options, plan.total_steps)
  const gather = gradientGatherer(trainer)
  let sums = noSums()
  while (state.step < plan.total_steps) {
    const order = trainer.orderOf(state.epoch)
    while (state.batch < plan.batches_per_epoch && state.step < plan.total_steps) {
      const rows = order.subarray(state.batch * size, (state.batch + 1) * size)
      const learning_rate = rateOf(state.step + 1)
      const loss = await gather(state, rows)
      if (!Number.isFinite(loss)) throw notFinite('loss', loss, state.step + 1, learning_rate, rows, data)
      state.batch++
      state.batches++
      state.loss += loss
      sums.loss += loss
      sums.batches++
      sums.rows += rows.length
      sums.tokens += countTokens(rows, lengths)
      if (state.batch % accumulation !== 0) continue

      const grad_norm = Math.sqrt(parameters.flat.sumOfSquares()) / accumulation
      if (!Number.isFinite(grad_norm))
        throw notFinite('gradient norm', grad_norm, state.step + 1, learning_rate, rows, data)
      updateWeights(parameters, options, state.step + 1, learning_rate, grad_norm)
      state.step++
      state.gathered = 0
      const { loss: total, batches, ...work } = sums
      sums = noSums()
      const numbers = { loss: total / batches, learning_rate, grad_norm }
      state.log.push({ step: state.step, epoch: epochsDone(state, plan), ...numbers })
      yield { step: state.step, epoch: state.epoch, ...numbers, ...work }
    }
    if (state.batch === plan.batches_per_epoch) {
      state.batch = 0
      state.epoch++
    }
  }
}

/** AdamW on the mean of the gathered gradients, clipped by their global norm as `torch.nn.utils.clip_grad_norm_` does it. */
function updateWeights({ flat, ranges }: Parameters, options: TrainingOptions, t: number, lr: number, norm: number) {
  const { max_grad_norm: most, gradient_accumulation_steps: accumulation } = options
  const clip = most > 0 ? Math.min(1, most / (norm + 1e-6)) : 1
  const { weight_decay, adam_epsilon: eps } = options
  flat.step({ lr, beta1: 0.9, beta2: 0.999, eps, weight_decay, t, scale: clip / accumulation }, ranges)
}

const noSums = () => ({ loss: 0, batches: 0, rows: 0, tokens: 0 })

const notFinite = (what: string, value: number, step: number, rate: number, rows: Int32Array, data: Dataset) =>
  trainingError({
    code: 'loss-not-finite',
    message: `The ${what} became ${value} at step ${step} (learning rate ${rate}), in the batch of ${namesOf(rows, data)}.`,
    hint: 'Lower `learning_rate`, warm up longer (`warmup_steps`), or look at these windows.',
  })

const namesOf = (rows: Int32Array, data: Dataset) =>
  [...new Set(Array.from(rows, row => rowName(data, row)))].join(', ')
