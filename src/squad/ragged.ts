/** Rows of different lengths end to end: row i is `values.subarray(offsets[i], offsets[i + 1])`. */
export interface Ragged<T extends Int32Array | Uint16Array | Uint8Array = Int32Array> {
  readonly values: T
  /** One longer than the number of rows. */
  readonly offsets: Int32Array
}

/** Row `i` of a ragged column: a view, not a copy. */
export const row = (ragged: Ragged, i: number): Int32Array =>
  ragged.values.subarray(ragged.offsets[i], ragged.offsets[i + 1])

/** The number of values in row `i`. */
export const rowLength = (ragged: { readonly offsets: Int32Array }, i: number): number =>
  ragged.offsets[i + 1]! - ragged.offsets[i]!

/** Where each row starts, and one past the last, from the rows' lengths. */
export function offsetsOf(lengths: Int32Array): Int32Array {
  const offsets = new Int32Array(lengths.length + 1)
  let end = 0
  for (let i = 0; i < lengths.length; i++) {
    end += lengths[i]!
    offsets[i + 1] = end
  }
  expectOffset(end)
  return offsets
}

/** Past this a column's offsets would wrap: rows would be wrong without a word. */
const expectOffset = (end: number): void => {
  if (end >= 2 ** 31) throw new RangeError(`a column of ${end} values, where at most ${2 ** 31 - 1} have a place`)
}

/** The rows' lengths: how offsets are stored, because they are small numbers. */
export function lengthsOf(offsets: Int32Array): Int32Array {
  const lengths = new Int32Array(offsets.length - 1)
  for (let i = 0; i < lengths.length; i++) lengths[i] = offsets[i + 1]! - offsets[i]!
  return lengths
}

/** The rows from `first` up to and without `end`. The values are a view. */
export function rowsOf({ values, offsets }: Ragged, first: number, end: number): Ragged {
  const start = offsets[first]!
  return {
    values: values.subarray(start, offsets[end]),
    offsets: offsets.slice(first, end + 1).map(offset => offset - start),
  }
}

/** The rows of all, in order. `parts` is empty afterwards: what has its place is let go, so that not all stands there twice. */
export function joinRows(parts: Ragged[]): Ragged {
  let [rows, length] = [0, 0]
  for (const { values, offsets } of parts) {
    rows += offsets.length - 1
    length += values.length
  }
  expectOffset(length)
  const joined = { values: new Int32Array(length), offsets: new Int32Array(rows + 1) }
  let [row, at] = [0, 0]
  parts.reverse()
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    joined.values.set(part.values, at)
    for (let i = 1; i < part.offsets.length; i++) joined.offsets[row + i] = at + part.offsets[i]!
    row += part.offsets.length - 1
    at += part.values.length
  }
  return joined
}
