import { type IntList, intList, push, toArray } from './int-list.ts'

/** A column as runs of equal values: masks and segment ids have two to four runs a window, whatever its length. */
export interface Runs {
  readonly values: Int32Array
  readonly lengths: Int32Array
}

/** Finds the runs of a column. */
export function toRuns(column: Uint8Array): Runs {
  const values: IntList = intList()
  const lengths: IntList = intList()
  for (let start = 0; start < column.length; ) {
    const value = column[start]!
    let end = start + 1
    while (end < column.length && column[end] === value) end++
    push(values, value)
    push(lengths, end - start)
    start = end
  }
  return { values: toArray(values), lengths: toArray(lengths) }
}

/** The column that has these runs. */
export function fromRuns({ values, lengths }: Runs): Uint8Array {
  let length = 0
  for (let i = 0; i < lengths.length; i++) length += lengths[i]!
  const column = new Uint8Array(length)
  let start = 0
  for (let i = 0; i < lengths.length; i++) {
    column.fill(values[i]!, start, start + lengths[i]!)
    start += lengths[i]!
  }
  return column
}
