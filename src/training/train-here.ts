import { networkOf } from '../model/networks.ts'
import { openBackend } from '../tensor/backend.ts'
import { startOfTraining, trainingSteps } from './loop.ts'
import { copyOut } from './parameters.ts'
import { planSteps } from './schedule.ts'
import { stopwatch } from './stopwatch.ts'
import { prepareTraining, type Trainer } from './trainer.ts'
import type { StopSignal, TrainHooks, TrainRequest, TrainResult } from './training.types.ts'

/**
 * Trains in this thread, which stands still during each step: see `train`, which does it in a thread of its own.
 * @throws TrainingError, TensorError; the signal's reason where it is aborted
 */
export async function trainHere(request: TrainRequest, hooks: TrainHooks<StopSignal> = {}): Promise<TrainResult> {
  const { config, data, options } = request
  const { total_steps } = planSteps(data.rows, options)
  const { backend, why } = await openBackend(
    options.engine,
    options.threads === undefined ? {} : { threads: options.threads },
  )
  hooks.say?.(`${why}; ${backend.description}`)
  const throwIfAborted = () => hooks.signal?.throwIfAborted()
  const trainer = await prepareTraining(request, backend, { throwIfAborted })
  try {
    const state = startOfTraining()
    const clock = stopwatch({ steps: total_steps, tokens: plannedTokens(trainer) })
    for await (const step of trainingSteps(trainer, state)) hooks.onStep?.({ ...step, total_steps, ...clock(step) })
    return {
      weights: copyOut(trainer.parameters, networkOf(config).weights(config)),
      engine: backend.engine,
      global_step: state.step,
      average_loss: state.loss / state.batches,
    }
  } finally {
    await trainer.programs.dispose()
    await backend.dispose()
  }
}

/** The real tokens of all the steps that there will be. */
function plannedTokens({ lengths, options, orderOf, plan }: Trainer): number {
  const { total_steps, steps_per_epoch } = plan
  const tokensOf = (rows: Int32Array) => rows.reduce((sum, row) => sum + lengths[row]!, 0)
  const epochs = Math.floor(total_steps / steps_per_epoch)
  const rest = (total_steps % steps_per_epoch) * options.gradient_accumulation_steps * options.train_batch_size
  return (
    epochs * lengths.reduce((sum, each) => sum + each, 0) + (rest > 0 ? tokensOf(orderOf(epochs).subarray(0, rest)) : 0)
  )
}
