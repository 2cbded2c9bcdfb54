import { describe, expect, it } from 'vitest'
import { bootstrapInterval } from '../../src/squad/bootstrap.ts'

const options = { resamples: 2000, seed: 42, level: 0.95 }

describe('bootstrapInterval', () => {
  it('is the same for the same seed, and another for another', () => {
    const values = Array.from({ length: 200 }, (_, i) => i ** 1.5)
    const one = bootstrapInterval(values, options)
    expect(bootstrapInterval(Float64Array.from(values), options)).toEqual(one)
    expect(bootstrapInterval(values, { ...options, seed: 7 })).not.toEqual(one)
  })

  it('lies where that of all possible resamples does', () => {
    const values = [0, 0, 10, 30, 100]
    const means = all(5, 5)
      .map(draws => draws.reduce((sum, draw) => sum + values[draw]!, 0) / 5)
      .sort((a, b) => a - b)
    const { low, high } = bootstrapInterval(values, { ...options, resamples: 50_000 })
    const quantile = (part: number) => means[Math.round(part * (means.length - 1))]
    expect([low, high]).toEqual([quantile(0.025), quantile(0.975)])
  })

  // The normal approximation, which holds for a mean of so many values: 1.96 standard errors.
  it.each([
    [0.95, 1.96],
    [0.8, 1.2816],
  ])('at a level of %d lies %d standard errors on each side', (level, errors) => {
    const values = Array.from({ length: 1000 }, (_, i) => (i % 4 === 0 ? 100 : 0))
    const { mean, low, high } = bootstrapInterval(values, { ...options, resamples: 10_000, level })
    const error = (100 * Math.sqrt(0.25 * 0.75)) / Math.sqrt(1000)
    expect(mean).toBe(25)
    expect((mean - low) / error).toBeCloseTo(errors, 1)
    expect((high - mean) / error).toBeCloseTo(errors, 1)
  })

  it.each([
    ['equal values', [3, 3, 3], { mean: 3, low: 3, high: 3 }],
    ['one value', [7], { mean: 7, low: 7, high: 7 }],
    ['no values', [], { mean: 0, low: 0, high: 0 }],
  ])('of %s has no width', (_, values, interval) => expect(bootstrapInterval(values, options)).toEqual(interval))
})

/** Every way to draw `count` of `n`, in order and with replacement. */
const all = (n: number, count: number): number[][] =>
  count === 0 ? [[]] : all(n, count - 1).flatMap(rest => Array.from({ length: n }, (_, draw) => [...rest, draw]))
