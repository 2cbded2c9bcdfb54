import type { WeightSpecs } from '../model/network.types.ts'
import { writeCheckpoint } from './checkpoint.ts'
import { startOfTraining, type TrainingState } from './loop.ts'
import { takeUp } from './resume.ts'
import type { Trainer } from './trainer.ts'
import type { CheckpointSettings, StopSignal, TrainHooks } from './training.types.ts'

/** A training's checkpoints: where it starts, and what keeps it. */
export interface Checkpoints {
  readonly state: TrainingState
  /** Keeps the state as it is now, which must be between two optimizer steps. Does nothing where that is kept already. */
  save(): Promise<void>
}

/**
 * Fills in the newest whole checkpoint, if there is one; otherwise, and where there are to be none, training starts at its
 * beginning.
 */
export async function openCheckpoints(
  trainer: Trainer,
  specs: WeightSpecs,
  settings: CheckpointSettings | undefined,
  hooks: TrainHooks<StopSignal>,
): Promise<Checkpoints> {
  if (!settings) return { state: startOfTraining(), save: async () => {} }
  const { options, plan, parameters } = trainer
  const say = (message: string) => hooks.say?.(message)
  const resumed = await takeUp(settings.folder, parameters, specs, say)
  const state = resumed?.state ?? startOfTraining()
  if (resumed) {
    say(`goes on from ${resumed.checkpoint}, with step ${state.step + 1} of ${plan.total_steps}`)
    hooks.onResume?.(state.step)
  }
  let kept = state.step
  return {
    state,
    async save() {
      if (state.step === kept) return
      const facts = {
        epoch: state.epoch + state.batch / plan.batches_per_epoch,
        global_step: state.step,
        max_steps: plan.total_steps,
        num_train_epochs: options.num_train_epochs,
        train_batch_size: options.train_batch_size,
        seed: options.seed,
      }
      const folder = await writeCheckpoint(settings, parameters, specs, state, facts)
      kept = state.step
      hooks.onCheckpoint?.(folder)
    },
  }
}
