import { networkOf } from '../model/networks.ts'
import type { Backend } from '../tensor/backend.types.ts'
import { lengthStep, rowLengths } from './batches.ts'
import { checkData } from './check-data.ts'
import { epochOrder } from './order.ts'
import { layOut, type Parameters } from './parameters.ts'
import { rowsAtOnce } from './parts.ts'
import { gradientPrograms, type Programs } from './programs.ts'
import { planSteps, type StepPlan } from './schedule.ts'
import type { Dataset, TrainingOptions, TrainRequest } from './training.types.ts'

/** What the loop works with. */
export interface Trainer {
  readonly data: Dataset
  /** Tokens of each row. */
  readonly lengths: Int32Array
  readonly options: TrainingOptions
  readonly plan: StepPlan
  /** The rows of an epoch in the order in which they are trained on. */
  readonly orderOf: (epoch: number) => Int32Array
  /** The rows of a batch that are computed at a time. */
  readonly rowsAtOnce: number
  /** Rows are padded to a multiple of it. */
  readonly lengthStep: number
  readonly parameters: Parameters
  /** For batches of `rowsAtOnce` rows. */
  readonly programs: Programs
  /** Asked before each part of a batch; throws to stop. */
  readonly throwIfAborted: () => void
}

/** What may be other than usual. */
export type TrainerChanges = Partial<Pick<Trainer, 'orderOf' | 'rowsAtOnce' | 'lengthStep' | 'throwIfAborted'>>

/** How many padded lengths there are, at most. */
export const LENGTHS = 6

/**
 * Gets everything ready for the first step. Whoever asks for it disposes of its `programs`.
 * @throws TrainingError `no-rows`, `no-steps`, `data-too-large`
 */
export async function prepareTraining(
  { config, weights, data, options }: TrainRequest,
  backend: Backend,
  changes: TrainerChanges = {},
): Promise<Trainer> {
  const plan = planSteps(data.rows, options)
  const network = networkOf(config)
  checkData(data, network, config)
  const lengths = rowLengths(data)
  const atOnce = changes.rowsAtOnce ?? rowsAtOnce(options.train_batch_size, data.max_length, network.tokenSize(config))
  return {
    data,
    lengths,
    options,
    plan,
    orderOf: epoch => epochOrder(lengths, epoch, options),
    lengthStep: options.pad_to_max_length ? data.max_length : lengthStep(data.max_length, LENGTHS),
    throwIfAborted: () => {},
    ...changes,
    rowsAtOnce: atOnce,
    parameters: layOut(network, config, weights),
    programs: await gradientPrograms(backend, network, config, atOnce, options.pad_to_max_length),
  }
}
