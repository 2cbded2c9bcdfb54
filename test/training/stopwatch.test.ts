import { expect, it } from 'vitest'
import { stopwatch } from '../../src/training/stopwatch.ts'

it('judges the time left by the steps after the first two, which compile', () => {
  const times = [0, 5000, 9000, 9500, 10_500]
  const clock = stopwatch(10, () => times.shift()!)
  expect([1, 2, 3, 4].map(step => clock(step))).toEqual([
    { seconds: 5, seconds_left: 45 },
    { seconds: 4, seconds_left: 32 },
    { seconds: 0.5, seconds_left: 3.5 },
    { seconds: 1, seconds_left: 4.5 },
  ])
})
