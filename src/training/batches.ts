import type { Specs } from '../tensor/backend.types.ts'
import type { Dataset, RaggedColumn } from './training.types.ts'

/** Padded lengths are multiples of 16 at the least: vectors and cache lines like them. */
const FINEST = 16

/**
 * The step of the lengths that rows are padded to, so that at most `count` lengths occur. Each costs a compiled program and, in
 * training, memory of its own; in inference lengths come one after the other, and the memory goes with them.
 */
export const lengthStep = (maxLength: number, count: number): number => Math.ceil(maxLength / count / FINEST) * FINEST

/** The length that rows of at most `longest` tokens are padded to. */
export const paddedLength = (longest: number, maxLength: number, step: number): number =>
  Math.min(maxLength, Math.ceil(Math.max(1, longest) / step) * step)

/** How many tokens each row has. */
export function rowLengths(data: Dataset): Int32Array {
  const { offsets } = data.ragged.input_ids!
  return Int32Array.from({ length: data.rows }, (_, row) => offsets[row + 1]! - offsets[row]!)
}

/** How many tokens these rows have. */
export const countTokens = (rows: Int32Array, lengths: Int32Array): number =>
  rows.reduce((sum, row) => sum + lengths[row]!, 0)

/** What a row is called in messages. */
export const rowName = ({ names, name_of_row }: Dataset, row: number): string =>
  names?.[name_of_row?.[row] ?? row] ?? `row ${row}`

/** The inputs of a network for `size` rows of `length` tokens, each of which is a vector of `width`. */
export const tokenSpecs = (size: number, length: number, width: number): Specs => ({
  words: { shape: [size, length, width], dtype: 'float32' },
  mask: { shape: [size, length], dtype: 'int32' },
  segments: { shape: [size, length], dtype: 'int32' },
})

/** Rows of tokens, padded, `[size, length]`. */
export interface Tokens {
  readonly ids: Int32Array
  readonly mask: Int32Array
  readonly segments: Int32Array
}

/**
 * Rows of a dataset, padded to `[size, length]`. Where there are fewer rows than `size`, the rest are rows of padding with
 * one token that counts (attention needs one); `positionsOf` makes the loss ignore them.
 */
export function tokensOf(data: Dataset, rows: Int32Array, size: number, length: number): Tokens {
  const mask = padded(data.ragged.input_mask!, rows, size, length)
  for (let row = rows.length; row < size; row++) mask[row * length] = 1
  return {
    ids: padded(data.ragged.input_ids!, rows, size, length),
    mask,
    segments: padded(data.ragged.segment_ids!, rows, size, length),
  }
}

/** Answers' positions for the same rows; those that fill up the batch lie past its length. */
export const positionsOf = (column: Int32Array, rows: Int32Array, size: number, length: number): Int32Array =>
  Int32Array.from({ length: size }, (_, at) => (at < rows.length ? column[rows[at]!]! : length))

function padded({ values, offsets, pad }: RaggedColumn, rows: Int32Array, size: number, length: number): Int32Array {
  const batch = new Int32Array(size * length).fill(pad)
  rows.forEach((row, at) => {
    batch.set(values.subarray(offsets[row], offsets[row + 1]), at * length)
  })
  return batch
}
