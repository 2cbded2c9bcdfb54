import type { Ragged } from './training-set.types.ts'

/** Row `i` of a ragged column: a view, not a copy. */
export const row = (ragged: Ragged, i: number): Int32Array =>
  ragged.values.subarray(ragged.offsets[i], ragged.offsets[i + 1])

/** The number of values in row `i`. */
export const rowLength = (ragged: { readonly offsets: Int32Array }, i: number): number =>
  ragged.offsets[i + 1]! - ragged.offsets[i]!

/** Where each row starts, and one past the last, from the rows' lengths. */
export function offsetsOf(lengths: Int32Array): Int32Array {
  const offsets = new Int32Array(lengths.length + 1)
  for (let i = 0; i < lengths.length; i++) offsets[i + 1] = offsets[i]! + lengths[i]!
  return offsets
}

/** The rows' lengths: how offsets are stored, because they are small numbers. */
export function lengthsOf(offsets: Int32Array): Int32Array {
  const lengths = new Int32Array(offsets.length - 1)
  for (let i = 0; i < lengths.length; i++) lengths[i] = offsets[i + 1]! - offsets[i]!
  return lengths
}
