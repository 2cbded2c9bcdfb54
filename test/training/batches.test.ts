import { expect, it } from 'vitest'
import { lengthStep, paddedLength, positionsOf, rowLengths, tokensOf } from '../../src/training/batches.ts'
import type { Dataset } from '../../src/training/training.types.ts'

it.each([
  [1, 384, 64],
  [64, 384, 64],
  [65, 384, 128],
  [320, 384, 320],
  [321, 384, 384],
  [370, 384, 384],
  [300, 310, 310],
  [0, 384, 64],
  [30, 48, 48],
])('a batch with a longest row of %i, of at most %i, is padded to %i', (longest, most, length) => {
  expect(paddedLength(longest, most, 64)).toBe(length)
})

it.each([
  [384, 6, 64],
  [384, 12, 32],
  [512, 6, 96],
  [96, 6, 16],
  [128, 6, 32],
  [10, 6, 16],
])('rows of at most %i tokens, in at most %i lengths, are padded in steps of %i', (most, count, step) => {
  expect(lengthStep(most, count)).toBe(step)
})

it('pads rows, and fills a short batch with rows that count for nothing', () => {
  const offsets = Int32Array.of(0, 2, 5)
  const data: Dataset = {
    rows: 2,
    ragged: {
      input_ids: { values: Int32Array.of(11, 12, 21, 22, 23), offsets, pad: 9 },
      input_mask: { values: Uint8Array.of(1, 1, 1, 1, 1), offsets, pad: 0 },
      segment_ids: { values: Uint8Array.of(0, 1, 0, 0, 1), offsets, pad: 2 },
    },
    scalar: { start_positions: Int32Array.of(0, 2) },
    max_length: 4,
  }
  const rows = Int32Array.of(1, 0)
  expect([...rowLengths(data)]).toEqual([2, 3])
  expect(tokensOf(data, rows, 3, 4)).toEqual({
    ids: Int32Array.of(21, 22, 23, 9, 11, 12, 9, 9, 9, 9, 9, 9),
    mask: Int32Array.of(1, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0),
    segments: Int32Array.of(0, 0, 1, 2, 0, 1, 2, 2, 2, 2, 2, 2),
  })
  expect(positionsOf(data.scalar.start_positions!, rows, 3, 4)).toEqual(Int32Array.of(2, 0, 4))
})
