import { expect, it } from 'vitest'
import { count, firstFew } from '../../src/plugin/few.ts'

it.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b', 'c', 'd', 'e'], 'a, b, c, d, e'],
  [['a', 'b', 'c', 'd', 'e', 'f'], 'a, b, c, d, e and 1 more'],
  [Array.from({ length: 2005 }, () => 'x'), 'x, x, x, x, x and 2,000 more'],
])('firstFew of %j', (names, text) => expect(firstFew(names)).toBe(text))

it.each([
  [0, '0 pieces'],
  [1, '1 piece'],
  [12_032, '12,032 pieces'],
])('count of %d', (number, text) => expect(count(number, 'piece')).toBe(text))
