import { expect, test } from 'vitest'
import { describe } from '../../src/diagnostic/describe.ts'

const rows: readonly [value: unknown, expected: string][] = [
  [undefined, 'nothing'],
  [null, 'null'],
  ['12', 'the string "12"'],
  ['', 'the string ""'],
  ['a"b\n', 'the string "a\\"b\\n"'],
  ['x'.repeat(61), `the string "${'x'.repeat(59)}…"`],
  [`${'x'.repeat(58)}😀y${'z'.repeat(9)}`, `the string "${'x'.repeat(58)}…"`],
  [0, 'the number 0'],
  [5e-5, 'the number 0.00005'],
  [Number.NaN, 'the number .nan'],
  [Number.NEGATIVE_INFINITY, 'the number -.inf'],
  [true, 'the boolean true'],
  [[1], 'a list'],
  [{ a: 1 }, 'a map'],
]
test.each(rows)('%j', (value, expected) => expect(describe(value)).toBe(expected))
