import { expect, it } from 'vitest'
import { partsOf, rowsAtOnce } from '../../src/training/parts.ts'

it.each([
  ['MiniLM', 8, 384, 384 * 6, 2],
  ['MiniLM, odd', 7, 384, 384 * 6, 2],
  ['BERT-base', 8, 384, 768 * 12, 1],
  ['BERT-base, longest', 4, 512, 768 * 12, 1],
  ['a small network', 32, 96, 128 * 2, 32],
  ['a small network, large batch', 64, 96, 128 * 2, 32],
  ['a small network, small batch', 8, 96, 128 * 2, 8],
  ['one row', 1, 512, 1024 * 24, 1],
])('%s: of a batch of %i by %i, at %i a token, %i at a time', (_, batch, length, tokenSize, rows) => {
  expect(rowsAtOnce(batch, length, tokenSize)).toBe(rows)
})

it('puts rows of like length into one part', () => {
  const lengths = Int32Array.of(5, 9, 5, 2, 7)
  const parts = (size: number) => partsOf(Int32Array.of(4, 3, 2, 1, 0), lengths, size).map(part => [...part])
  expect(parts(2)).toEqual([[1, 4], [0, 2], [3]])
  expect(parts(5)).toEqual([[4, 3, 2, 1, 0]])
})
