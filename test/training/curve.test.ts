import { expect, it } from 'vitest'
import { curveOf } from '../../src/training/curve.ts'

it('has a point every so many steps and at the end, of the steps since the one before', () => {
  const curve = curveOf(2)
  const made = [1, 2, 3, 4, 5].map(step =>
    curve({
      step,
      total_steps: 5,
      epoch: 0,
      loss: step,
      learning_rate: 0.1 * step,
      grad_norm: 10 * step,
      rows: 8,
      tokens: 100 * step,
      seconds: 2,
      seconds_left: 2 * (5 - step),
    }),
  )
  expect(made.map(({ due, point }) => [due, point.step, point.loss, point.grad_norm])).toEqual([
    [false, 1, 1, 10],
    [true, 2, 1.5, 20],
    [false, 3, 3, 30],
    [true, 4, 3.5, 40],
    [true, 5, 5, 50],
  ])
  expect(made[3]!.point).toEqual({
    step: 4,
    loss: 3.5,
    learning_rate: 0.4,
    grad_norm: 40,
    windows_per_second: 4,
    tokens_per_second: 175,
    seconds_left: 2,
  })
})
