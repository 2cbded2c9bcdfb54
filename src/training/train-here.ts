import { networkOf } from '../model/networks.ts'
import { openBackend } from '../tensor/backend.ts'
import { countTokens } from './batches.ts'
import { openCheckpoints } from './checkpoints.ts'
import { evaluationOf } from './evaluation.ts'
import { trainingSteps } from './loop.ts'
import { copyOut } from './parameters.ts'
import { stopwatch } from './stopwatch.ts'
import { prepareTraining, type Trainer } from './trainer.ts'
import type { StopSignal, TrainHooks, TrainRequest, TrainResult } from './training.types.ts'

/**
 * Trains in this thread, which stands still during each step: see `train`, which does it in a thread of its own.
 * @param laidOut called when the weights have been copied: training needs them no more
 * @throws TrainingError, TensorError; the signal's reason where it is aborted
 */
export async function trainHere(
  request: TrainRequest,
  hooks: TrainHooks<StopSignal> = {},
  laidOut?: () => void,
): Promise<TrainResult> {
  const { config, options } = request
  const { backend, why } = await openBackend(options.engine, { threads: options.threads })
  hooks.say?.(`${why}; ${backend.description}`)
  const throwIfAborted = () => hooks.signal?.throwIfAborted()
  const trainer = await prepareTraining(request, backend, { throwIfAborted })
  laidOut?.()
  try {
    const specs = networkOf(config).weights(config)
    const { total_steps } = trainer.plan
    const evaluation = evaluationOf(trainer, backend, request, hooks)
    const checkpoints = await openCheckpoints(trainer, specs, request, hooks)
    const { state } = checkpoints
    const save_steps = request.checkpoints?.save_steps ?? total_steps
    const clock = stopwatch(
      { steps: total_steps, tokens: plannedTokens(trainer) },
      () => performance.now() - evaluation.spent(),
    )
    const endStep = async () => {
      const isBest = await evaluation.evaluate(state)
      if (isBest || state.step % save_steps === 0 || state.step === total_steps) await checkpoints.save()
    }
    try {
      // An earlier run may have been told to stop in an evaluation.
      await endStep()
      for await (const step of trainingSteps(trainer, state)) {
        const { seconds, seconds_left } = clock(step)
        const left = seconds_left + evaluation.secondsLeft(step.step)
        hooks.onStep?.({ ...step, total_steps, seconds, seconds_left: left })
        await endStep()
      }
    } catch (error) {
      if (isAborted(hooks.signal)) {
        // No step that was made is made again, but where the disk is full, for example.
        const lost = await checkpoints.save().catch(error => (error as Error).message)
        hooks.onStop?.({ step: state.step, kept: checkpoints.kept(), ...(lost !== undefined && { lost }) })
      }
      throw error
    }
    const { step: global_step, best, log } = state
    const average_loss = state.loss / state.batches
    if (request.evaluation?.load_best_model_at_end && best) await checkpoints.load(best.step)
    const weights = copyOut(trainer.parameters, specs)
    return { weights, engine: backend.engine, global_step, average_loss, ...(best && { best }), log }
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
