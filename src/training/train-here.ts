import { networkOf } from '../model/networks.ts'
import { openBackend } from '../tensor/backend.ts'
import { rowLengths } from './batches.ts'
import { checkData } from './check-data.ts'
import { startOfTraining, trainingSteps } from './loop.ts'
import { epochOrder } from './order.ts'
import { copyOut, layOut } from './parameters.ts'
import { gradientPrograms } from './programs.ts'
import { planSteps } from './schedule.ts'
import { stopwatch } from './stopwatch.ts'
import type { StopSignal, TrainHooks, TrainRequest, TrainResult } from './training.types.ts'

/**
 * Trains in this thread, which stands still during each step: see `train`, which does it in a thread of its own.
 * @throws TrainingError, TensorError; the signal's reason where it is aborted
 */
export async function trainHere(
  { config, weights, data, options }: TrainRequest,
  hooks: TrainHooks<StopSignal> = {},
): Promise<TrainResult> {
  const plan = planSteps(data.rows, options)
  const network = networkOf(config)
  checkData(data, network, config)
  const specs = network.weights(config)
  const { backend, why } = await openBackend(
    options.engine,
    options.threads === undefined ? {} : { threads: options.threads },
  )
  hooks.say?.(`${why}; ${backend.description}`)
  const programs = await gradientPrograms(backend, network, config, options.train_batch_size)
  try {
    const parameters = layOut(specs, weights)
    const state = startOfTraining()
    const lengths = rowLengths(data)
    const orderOf = (epoch: number) => epochOrder(lengths, epoch, options)
    const throwIfAborted = () => hooks.signal?.throwIfAborted()
    const clock = stopwatch(plan.total_steps)
    const trainer = { data, orderOf, options, plan, parameters, programs, throwIfAborted }
    for await (const step of trainingSteps(trainer, state))
      hooks.onStep?.({ ...step, total_steps: plan.total_steps, ...clock(step.step) })
    return {
      weights: copyOut(parameters, specs),
      engine: backend.engine,
      global_step: state.step,
      average_loss: state.loss / state.batches,
    }
  } finally {
    await programs.dispose()
    await backend.dispose()
  }
}
