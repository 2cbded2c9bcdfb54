import type { WeightSpecs } from '../model/network.types.ts'
import { writeCheckpoint } from './checkpoint.ts'
import { nameOf } from './checkpoint-name.ts'
import { epochsDone, startOfTraining, type TrainingState } from './loop.ts'
import { loadWeights, takeUp } from './resume.ts'
import type { Trainer } from './trainer.ts'
import type { StopSignal, TrainHooks, TrainRequest } from './training.types.ts'

/** A training's checkpoints: where it starts, and what keeps it. */
export interface Checkpoints {
  readonly state: TrainingState
  /** Keeps the state as it is now, which must be between two optimizer steps. Does nothing where that is kept already. */
  save(): Promise<void>
  /** The step of the newest that is kept; 0: none is. */
  kept(): number
  /** Makes the weights those of the checkpoint after this step. */
  load(step: number): Promise<void>
}

/**
 * Fills in the newest whole checkpoint, if there is one; otherwise, and where there are to be none, training starts at its
 * beginning.
 */
export async function openCheckpoints(
  trainer: Trainer,
  specs: WeightSpecs,
  { checkpoints: settings, evaluation }: TrainRequest,
  hooks: TrainHooks<StopSignal>,
): Promise<Checkpoints> {
  if (!settings) return noCheckpoints()
  const { options, plan, parameters } = trainer
  const needsBest = evaluation?.load_best_model_at_end ?? false
  const resumed = await takeUp(settings.folder, parameters, specs, {
    needsBest,
    say: message => hooks.say?.(message),
  })
  const state = resumed?.state ?? startOfTraining()
  if (resumed) hooks.onResume?.(resumed.checkpoint, state.step, plan.total_steps)
  let kept = { ...state }
  return {
    state,
    kept: () => kept.step,
    load: step =>
      step === state.step ? Promise.resolve() : loadWeights(settings.folder, nameOf(step), parameters, specs),
    async save() {
      if (state.step === kept.step && state.evaluated === kept.evaluated) return
      const { best } = state
      const facts = {
        best_global_step: best?.step ?? null,
        best_metric: best?.metric ?? null,
        best_model_checkpoint: best ? nameOf(best.step) : null,
        epoch: epochsDone(state, plan),
        global_step: state.step,
        max_steps: plan.total_steps,
        num_train_epochs: options.num_train_epochs,
        train_batch_size: options.train_batch_size,
        seed: options.seed,
      }
      const folder = await writeCheckpoint(settings, parameters, specs, state, facts)
      kept = { ...state }
      hooks.onCheckpoint?.(folder)
    },
  }
}

const noCheckpoints = (): Checkpoints => {
  const state = startOfTraining()
  return {
    state,
    save: async () => {},
    kept: () => 0,
    async load(step) {
      if (step !== state.step)
        throw new Error('The best step was not kept: `load_best_model_at_end` needs checkpoints.')
    },
  }
}
