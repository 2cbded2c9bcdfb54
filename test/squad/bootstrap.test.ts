import { expect, it } from 'vitest'
import { bootstrap } from '../../src/squad/bootstrap.ts'

const options = { resamples: 10_000, seed: 42 }
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
  expect(bootstrap([values], options)).toEqual([interval])
})

it('draws the rows of all columns together, and the same ones for a seed', () => {
  const values = Float64Array.from({ length: 50 }, (_, index) => Math.sqrt(index))
  const negative = values.map(each => -each)
  const [one, other] = bootstrap([values, negative], options)
  expect([other!.low, other!.high]).toEqual([-one!.high, -one!.low])
  expect(bootstrap([values], options)).toEqual([one])
  expect(bootstrap([values], { ...options, seed: 43 })).not.toEqual([one])
})
