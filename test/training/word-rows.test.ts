import { expect, it } from 'vitest'
import { addRows, lookUp } from '../../src/training/word-rows.ts'

it('looks rows up, and adds their gradients to those of the table', () => {
  const table = Float32Array.of(0, 0, 11, 12, 21, 22)
  const ids = Int32Array.of(2, 0, 2, 1)
  expect(lookUp(table, 2, ids)).toEqual(Float32Array.of(21, 22, 0, 0, 21, 22, 11, 12))

  const rows = Float32Array.of(1, 2, 9, 9, 10, 20, 5, 6)
  const gradients = (padding?: number) => {
    const sums = Float32Array.of(0, 0, 100, 100, 0, 0)
    addRows(sums, 2, ids, rows, padding)
    return sums
  }
  expect(gradients(0)).toEqual(Float32Array.of(0, 0, 105, 106, 11, 22))
  expect(gradients()).toEqual(Float32Array.of(9, 9, 105, 106, 11, 22))
})
