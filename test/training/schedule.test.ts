import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { learningRates, planSteps } from '../../src/training/schedule.ts'
import { defaults } from './datasets.ts'

const case40 = JSON.parse(
  readFileSync(new URL('../cases/40-schedule-and-accumulation/expected.json', import.meta.url), 'utf8'),
)
const settings = {
  ...defaults,
  train_batch_size: 2,
  gradient_accumulation_steps: 2,
  num_train_epochs: 3,
  learning_rate: 5e-5,
  warmup_steps: 2,
}

describe('the number of steps', () => {
  it.each([
    [10, {}, { batches_per_epoch: 5, steps_per_epoch: 2, epochs: 3, total_steps: 6 }],
    [10, { max_steps: 4 }, { batches_per_epoch: 5, steps_per_epoch: 2, epochs: 2, total_steps: 4 }],
    [10, { max_steps: 7 }, { batches_per_epoch: 5, steps_per_epoch: 2, epochs: 4, total_steps: 7 }],
    [
      12,
      { train_batch_size: 4, gradient_accumulation_steps: 1 },
      { batches_per_epoch: 3, steps_per_epoch: 3, epochs: 3, total_steps: 9 },
    ],
    [1, { gradient_accumulation_steps: 1 }, { batches_per_epoch: 1, steps_per_epoch: 1, epochs: 3, total_steps: 3 }],
  ])('of %i rows with %j', (rows, change, plan) => {
    expect(planSteps(rows, { ...settings, ...change })).toEqual(plan)
  })

  it.each([
    [
      0,
      {},
      {
        code: 'no-rows',
        message: 'There is nothing to train on: expected at least one window, found none.',
        hint: 'Look at what the earlier stages skipped: their warnings are shown again with every run.',
      },
    ],
    [
      3,
      { gradient_accumulation_steps: 4, max_steps: 5 },
      {
        code: 'no-steps',
        message:
          'Not one optimizer step can be made: 3 windows in batches of 2 (`train_batch_size`) give 2 batches an epoch, but a step takes 4 (`gradient_accumulation_steps`).',
        hint: 'Lower one of the two settings, or read more data.',
      },
    ],
    [
      1,
      {},
      {
        code: 'no-steps',
        message:
          'Not one optimizer step can be made: 1 window in batches of 2 (`train_batch_size`) give 1 batch an epoch, but a step takes 2 (`gradient_accumulation_steps`).',
        hint: 'Lower one of the two settings, or read more data.',
      },
    ],
    [
      9,
      { warmup_steps: 7 },
      {
        code: 'warmup-too-long',
        message:
          'Expected `warmup_steps` to be at most the 6 optimizer steps of this training; found 7: the learning rate would never reach its peak.',
        hint: 'Lower it, or set `warmup_ratio`, a part of all steps, in its place.',
      },
    ],
  ])('of %i rows with %j is refused', (rows, change, problem) => {
    expect(() => planSteps(rows, { ...settings, ...change })).toThrow(expect.objectContaining({ problem }))
  })
})

describe('the learning rates', () => {
  it.each([
    ['of case 40', {}, 6, case40.learning_rates],
    ['without warm-up', { warmup_steps: 0 }, 6, case40.warmup_0],
    ['with max_steps', {}, 4, case40.max_steps_4],
    ['with a warm-up ratio, rounded up', { warmup_steps: 0, warmup_ratio: 0.3 }, 4, case40.max_steps_4],
    ['constant', { lr_scheduler: 'constant' as const }, 4, [0, 2.5e-5, 5e-5, 5e-5]],
    ['all warm-up', { warmup_steps: 9 }, 2, [0, 5e-5 / 9]],
    // torch.optim.lr_scheduler with transformers' get_cosine_schedule_with_warmup.
    [
      'cosine',
      { lr_scheduler: 'cosine' as const },
      6,
      [0, 2.5e-5, 5e-5, 4.267766952966369e-5, 2.5e-5, 7.3223304703363135e-6],
    ],
  ])('%s', (_, change, total, expected: number[]) => {
    const rateOf = learningRates({ ...settings, ...change }, total)
    const found = Array.from({ length: total }, (_, at) => rateOf(at + 1))
    found.forEach((rate, at) => {
      expect(Math.abs(rate - expected[at]!)).toBeLessThanOrEqual(1e-15 * expected[at]!)
    })
    expect(found.length).toBe(expected.length)
  })
})
