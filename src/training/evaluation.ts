import { networkOf } from '../model/networks.ts'
import type { Backend } from '../tensor/backend.types.ts'
import { checkData } from './check-data.ts'
import { computeLogits } from './logits.ts'
import type { TrainingState } from './loop.ts'
import { learningRates } from './schedule.ts'
import type { Trainer } from './trainer.ts'
import type { StopSignal, TrainHooks, TrainRequest } from './training.types.ts'
import { trainingError } from './training-error.ts'

/**
 * Evaluates the weights as they stand, between two optimizer steps: where that is due after the step that `state` stands
 * after and has not been done. Says whether this is the best score so far, and keeps it in `state`. Training is not touched:
 * the programs are others, nothing is drawn from the seed, and the weights are read in place.
 */
export type Evaluate = (state: TrainingState) => Promise<boolean>

/** @throws TrainingError `data-too-large` where the rows do not fit the network */
export function evaluatorOf(
  trainer: Trainer,
  backend: Backend,
  { config, evaluation, options }: TrainRequest,
  hooks: TrainHooks<StopSignal>,
): Evaluate {
  if (!evaluation || !hooks.onEvaluate) return async () => false
  const { data, batch_size, eval_steps } = evaluation
  const { plan, parameters } = trainer
  const { total_steps } = plan
  const network = networkOf(config)
  checkData(data, network, config)
  const every = eval_steps ?? plan.steps_per_epoch
  const isDue = (step: number) => step > 0 && (step % every === 0 || step === total_steps)
  const rateOf = learningRates(options, total_steps)
  const weights = parameters.views(parameters.flat.params)

  return async state => {
    const { step, best } = state
    if (!isDue(step) || state.evaluated === step) return false
    const logits = await computeLogits(
      backend,
      { network, config, weights, data, batch_size },
      {
        signal: hooks.signal,
        onBatch: report => hooks.onEvaluating?.({ step, total_steps, ...report }),
        notFinite: (found, row) => notFinite(found, row, step, rateOf(step)),
      },
    )
    const metric = await hooks.onEvaluate!({ step, logits, ...(best && { best }) })
    state.evaluated = step
    if (best && metric <= best.metric) return false
    state.best = { step, metric }
    return true
  }
}

const notFinite = (found: number, row: string, step: number, rate: number) =>
  trainingError({
    code: 'logits-not-finite',
    message: `The logits became ${found} in the evaluation after step ${step} (learning rate ${rate}), in those of ${row}.`,
    hint: 'Lower `learning_rate`, or warm up longer (`warmup_steps`).',
  })
