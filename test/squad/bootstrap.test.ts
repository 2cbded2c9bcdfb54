import { describe, expect, it } from 'vitest'
import { bootstrap, bootstrapInterval } from '../../src/squad/bootstrap.ts'

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

const many = { resamples: 10_000, seed: 42 }
/** So many values of 100 among others of 0. */
const hundreds = (many: number, of: number) => Float64Array.from({ length: of }, (_, index) => (index < many ? 100 : 0))

// The mean of n draws from values of 0 and 100 is 100 times a binomial variable over n: its quantiles are the oracle
// (R: qbinom(c(.025, .975), n, p)).
it.each([
  ['no values', hundreds(0, 0), { mean: 0, low: 0, high: 0 }],
  ['one value', hundreds(1, 1), { mean: 100, low: 100, high: 100 }],
  ['equal values', Float64Array.of(12.5, 12.5, 12.5), { mean: 12.5, low: 12.5, high: 12.5 }],
  ['two values', hundreds(1, 2), { mean: 50, low: 0, high: 100 }],
  ['qbinom(…, 20, 0.1) = 0, 5', hundreds(2, 20), { mean: 10, low: 0, high: 25 }],
  ['qbinom(…, 40, 0.1) = 1, 8', hundreds(4, 40), { mean: 10, low: 2.5, high: 20 }],
  ['qbinom(…, 50, 0.5) = 18, 32', hundreds(25, 50), { mean: 50, low: 36, high: 64 }],
])('%s', (_, values, interval) => {
  expect(bootstrap([values], many)).toEqual([interval])
})

it('draws the rows of all columns together, and the same ones for a seed', () => {
  const values = Float64Array.from({ length: 50 }, (_, index) => Math.sqrt(index))
  const negative = values.map(each => -each)
  const [one, other] = bootstrap([values, negative], many)
  expect([other!.low, other!.high]).toEqual([-one!.high, -one!.low])
  expect(bootstrap([values], many)).toEqual([one])
  expect(bootstrap([values], { ...many, seed: 43 })).not.toEqual([one])
})
