import { networkOf } from '../model/networks.ts'
import { openBackend } from '../tensor/backend.ts'
import { countTokens } from './batches.ts'
import { openCheckpoints } from './checkpoints.ts'
import { trainingSteps } from './loop.ts'
import { copyOut } from './parameters.ts'
import { stopwatch } from './stopwatch.ts'
import { prepareTraining, type Trainer } from './trainer.ts'
import type { StopSignal, TrainHooks, TrainRequest, TrainResult } from './training.types.ts'

/**
 * Trains in this thread, which stands still during each step: see `train`, which does it in a thread of its own.
 * @throws TrainingError, TensorError; the signal's reason where it is aborted
 */
export async function trainHere(request: TrainRequest, hooks: TrainHooks<StopSignal> = {}): Promise<TrainResult> {
  const { config, options } = request
  const { backend, why } = await openBackend(
    options.engine,
    options.threads === undefined ? {} : { threads: options.threads },
  )
  hooks.say?.(`${why}; ${backend.description}`)
  const throwIfAborted = () => hooks.signal?.throwIfAborted()
  const trainer = await prepareTraining(request, backend, { throwIfAborted })
  try {
    const specs = networkOf(config).weights(config)
    const { total_steps } = trainer.plan
    const { state, save } = await openCheckpoints(trainer, specs, request.checkpoints, hooks)
    const clock = stopwatch({ steps: total_steps, tokens: plannedTokens(trainer) })
    try {
      for await (const step of trainingSteps(trainer, state)) {
        hooks.onStep?.({ ...step, total_steps, ...clock(step) })
        if (step.step % (request.checkpoints?.save_steps ?? total_steps) === 0 || step.step === total_steps)
          await save()
      }
    } catch (error) {
      // Told to stop between two steps: then none of them is made again.
      if (isAborted(hooks.signal) && state.gathered === 0) await save()
      throw error
    }
    return {
      weights: copyOut(trainer.parameters, specs),
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
  const all = lengths.reduce((sum, each) => sum + each, 0)
  const epochs = Math.floor(total_steps / steps_per_epoch)
  const rest = (total_steps % steps_per_epoch) * options.gradient_accumulation_steps * options.train_batch_size
  return epochs * all + (rest > 0 ? countTokens(orderOf(epochs).subarray(0, rest), lengths) : 0)
}

function isAborted(signal: StopSignal | undefined): boolean {
  try {
    signal?.throwIfAborted()
    return false
  } catch {
    return true
  }
}
