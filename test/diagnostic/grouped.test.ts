import { expect, it } from 'vitest'
import { grouped } from '../../src/diagnostic/grouped.ts'

it.each([0, 7, -7, 999, 1000, -1000, 12_345, 123_456, -123_456, 1_234_567, 1e14 + 1, 0.5, -1234.5, 1234.125])(
  'groups %d as Intl does',
  value => expect(grouped(value)).toBe(value.toLocaleString('en', { maximumFractionDigits: 6 })),
)
