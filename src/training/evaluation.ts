import { networkOf } from '../model/networks.ts'
import type { Backend } from '../tensor/backend.types.ts'
import { checkData } from './check-data.ts'
import { computeLogits } from './logits.ts'
import { epochsDone, type TrainingState } from './loop.ts'
import { learningRates } from './schedule.ts'
import type { Trainer } from './trainer.ts'
import type { StopSignal, TrainHooks, TrainRequest } from './training.types.ts'
import { trainingError } from './training-error.ts'

/** Evaluates a training, between two optimizer steps. */
export interface Evaluation {
  /**
   * Evaluates the weights as they stand, where that is due after the step that `state` stands after and has not been done.
   * Says whether this is the best score so far, and keeps it in `state`. Training is not touched: the programs are others,
   * nothing is drawn from the seed, and the weights are read in place.
   */
  evaluate(state: TrainingState): Promise<boolean>
  /** Milliseconds that evaluating took so far. */
  spent(): number
  /** Seconds that the evaluations after this step will take, judged by those that were made. */
  secondsLeft(step: number): number
}

/** @throws TrainingError `data-too-large` where the rows do not fit the network */
export function evaluationOf(
  trainer: Trainer,
  backend: Backend,
  { config, evaluation, options }: TrainRequest,
  hooks: TrainHooks<StopSignal>,
): Evaluation {
  if (!evaluation || !hooks.onEvaluate) return { evaluate: async () => false, spent: () => 0, secondsLeft: () => 0 }
  const { data, batch_size, eval_steps } = evaluation
  const { plan, parameters } = trainer
  const { total_steps } = plan
  const network = networkOf(config)
  checkData(data, network, config)
  const { isDue, countAfter } = evaluatedSteps(eval_steps ?? plan.steps_per_epoch, total_steps)
  const rateOf = learningRates(options, total_steps)
  const weights = parameters.views(parameters.flat.params)
  let [made, spent] = [0, 0]

  return {
    async evaluate(state) {
      const { step, best } = state
      if (!isDue(step) || state.evaluated === step) return false
      const begun = performance.now()
      const logits = await computeLogits(
        backend,
        { network, config, weights, data, batch_size },
        {
          signal: hooks.signal,
          onBatch: report => hooks.onEvaluating?.({ step, total_steps, ...report }),
          notFinite: (found, row) => notFinite(found, row, step, rateOf(step)),
        },
      )
      const { metric, scores } = await hooks.onEvaluate!({ step, logits, ...(best && { best }) })
      made++
      spent += performance.now() - begun
      state.evaluated = step
      state.log.push({ step, epoch: epochsDone(state, plan), ...scores })
      if (best && metric <= best.metric) return false
      state.best = { step, metric }
      return true
    },
    spent: () => spent,
    secondsLeft(step) {
      return made === 0 ? 0 : (countAfter(step) * spent) / made / 1000
    },
  }
}

/** The steps after which there is an evaluation: every so many, and the last. */
export const evaluatedSteps = (every: number, total: number) => ({
  isDue: (step: number): boolean => step > 0 && (step % every === 0 || step === total),
  countAfter: (step: number): number =>
    Math.floor(total / every) - Math.floor(step / every) + (total % every > 0 && step < total ? 1 : 0),
})

const notFinite = (found: number, row: string, step: number, rate: number) =>
  trainingError({
    code: 'logits-not-finite',
    message: `The logits became ${found} in the evaluation after step ${step} (learning rate ${rate}), in those of ${row}.`,
    hint: 'Lower `learning_rate`, or warm up longer (`warmup_steps`).',
  })
