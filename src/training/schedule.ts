import type { TrainingOptions } from './training.types.ts'
import { type TrainingProblem, trainingError } from './training-error.ts'

/** How many steps there will be, counted as the field does: an optimizer step is one change of the weights. */
export interface StepPlan {
  readonly batches_per_epoch: number
  /** Batches that do not fill an optimizer step are left over: their gradients go into the next epoch's first one. */
  readonly steps_per_epoch: number
  /** Epochs that are at least begun. */
  readonly epochs: number
  readonly total_steps: number
}

type Sizes = Pick<
  TrainingOptions,
  'train_batch_size' | 'gradient_accumulation_steps' | 'num_train_epochs' | 'max_steps' | 'warmup_steps'
>

/**
 * The steps that so many rows make.
 * @throws TrainingError `no-rows`, `no-steps`, `warmup-too-long`
 */
export function planSteps(rows: number, options: Sizes): StepPlan {
  const { train_batch_size: size, gradient_accumulation_steps: accumulation, num_train_epochs, max_steps } = options
  if (rows === 0)
    throw trainingError({
      code: 'no-rows',
      message: 'There is nothing to train on: expected at least one window, found none.',
      hint: 'Look at what the earlier stages skipped: their warnings are shown again with every run.',
    })
  const batches = Math.ceil(rows / size)
  const steps = Math.floor(batches / accumulation)
  if (steps === 0)
    throw trainingError({
      code: 'no-steps',
      message: `Not one optimizer step can be made: ${counted(rows, 'window')} in batches of ${size} (\`train_batch_size\`) give ${counted(batches, 'batch', 'batches')} an epoch, but a step takes ${accumulation} (\`gradient_accumulation_steps\`).`,
      hint: 'Lower one of the two settings, or read more data.',
    })
  const total = max_steps > 0 ? max_steps : steps * num_train_epochs
  const problem = checkWarmup(options.warmup_steps, total)
  if (problem) throw trainingError(problem)
  return { batches_per_epoch: batches, steps_per_epoch: steps, epochs: Math.ceil(total / steps), total_steps: total }
}

/** What is wrong with a warm-up in a training of so many steps, if anything. */
export const checkWarmup = (warmup: number, total: number): TrainingProblem | undefined =>
  warmup <= total
    ? undefined
    : {
        code: 'warmup-too-long',
        message: `Expected \`warmup_steps\` to be at most the ${counted(total, 'optimizer step')} of this training; found ${warmup}: the learning rate would never reach its peak.`,
        hint: 'Lower it, or set `warmup_ratio`, a part of all steps, in its place.',
      }

type Rates = Pick<TrainingOptions, 'learning_rate' | 'lr_scheduler' | 'warmup_steps' | 'warmup_ratio'>

/**
 * The learning rate of each optimizer step, the first being step 1: from 0 in a straight line over the warm-up, then as the
 * scheduler says. The formulas, and their order of operations, are those of `transformers`' `get_scheduler`.
 */
export function learningRates(options: Rates, totalSteps: number): (step: number) => number {
  const { learning_rate: peak, lr_scheduler: scheduler } = options
  const warmup = options.warmup_steps > 0 ? options.warmup_steps : Math.ceil(totalSteps * options.warmup_ratio)
  return step => {
    const done = step - 1
    if (done < warmup) return peak * (done / warmup)
    return peak * factors[scheduler](done - warmup, Math.max(1, totalSteps - warmup))
  }
}

/** The part of the peak rate that is left, `done` of `span` steps after the warm-up. */
const factors: Readonly<Record<TrainingOptions['lr_scheduler'], (done: number, span: number) => number>> = {
  constant: () => 1,
  cosine: (done, span) => Math.max(0, 0.5 * (1 + Math.cos(Math.PI * (done / span)))),
  linear: (done, span) => Math.max(0, (span - done) / span),
}

const counted = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`
