import { expect, it } from 'vitest'
import { stopwatch } from '../../src/training/stopwatch.ts'

interface Case {
  /** Of the start and of each call, in milliseconds. */
  readonly times: readonly number[]
  /** Step and tokens of each call. */
  readonly calls: readonly (readonly [number, number])[]
  readonly seconds: readonly number[]
  readonly left: readonly number[]
}

it.each<[string, Case]>([
  [
    'steps after the first two, which compile',
    {
      times: [0, 5000, 9000, 9500, 10_500],
      calls: [
        [1, 100],
        [2, 100],
        [3, 100],
        [4, 100],
      ],
      seconds: [5, 4, 0.5, 1],
      left: [45, 32, 3.5, 4.5],
    },
  ],
  [
    'tokens, where steps differ',
    {
      times: [0, 1000, 2000, 4000, 5000],
      calls: [
        [1, 200],
        [2, 200],
        [3, 200],
        [4, 100],
      ],
      seconds: [1, 1, 2, 1],
      left: [4, 3, 4, 3],
    },
  ],
  [
    'what is left of a run that was taken up again',
    {
      times: [0, 9000, 9500, 10_500],
      calls: [
        [8, 100],
        [9, 100],
        [10, 100],
      ],
      seconds: [9, 0.5, 1],
      left: [18, 0.5, 0],
    },
  ],
])('judges the time left by %s', (_, { times, calls, seconds, left }) => {
  const clock = [...times]
  const read = stopwatch({ steps: 10, tokens: 1000 }, () => clock.shift()!)
  const made = calls.map(([step, tokens]) => read({ step, tokens }))
  expect(made.map(each => each.seconds)).toEqual(seconds)
  made.forEach((each, at) => {
    expect(each.seconds_left).toBeCloseTo(left[at]!, 9)
  })
})
