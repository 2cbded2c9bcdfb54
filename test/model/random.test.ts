import { expect, it } from 'vitest'
import { hashOf, random } from '../../src/model/random.ts'

it.each([
  // From an implementation in Python integers, with the author's seeding: 15 numbers discarded.
  [
    [0, 0, 0],
    [4216505632, 947923937, 2491578854, 3964400089],
  ],
  [
    [42, 1, 2],
    [2718965068, 1426527060, 2048598671, 3854864800],
  ],
])('random(%j) gives the numbers of sfc32', ([a, b, c], expected) => {
  const { uint32 } = random(a!, b!, c!)
  expect(expected.map(() => uint32())).toEqual(expected)
})

it('draws below a bound evenly', () => {
  const { below } = random(1)
  const counts = [0, 0, 0, 0, 0, 0]
  for (let draw = 0; draw < 60_000; draw++) counts[below(6)]!++
  // Chi-squared with 5 degrees of freedom: 20.5 is its 99.9th percentile.
  expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(20.5)
})

it('hashes names by FNV-1a', () => {
  expect(['', 'a', 'foobar'].map(hashOf)).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968])
})
