/**
 * A list of 32-bit integers that grows by doubling: what is counted in millions is typed from the start, and never
 * held as an array of JavaScript numbers.
 */
export interface IntList {
  values: Int32Array
  length: number
}

/** An empty list with room for `capacity` integers before its first growth. */
export const intList = (capacity = 1024): IntList => ({ values: new Int32Array(capacity), length: 0 })

/** Appends one integer. */
export function push(list: IntList, value: number): void {
  if (list.length === list.values.length) reserve(list, 1)
  list.values[list.length++] = value
}

/** Makes sure that `more` integers fit without another growth. */
export function reserve(list: IntList, more: number): void {
  const needed = list.length + more
  if (needed <= list.values.length) return
  const grown = new Int32Array(Math.max(needed, 2 * list.values.length))
  grown.set(list.values)
  list.values = grown
}

/** The integers so far, as an array of exactly their number. */
export const toArray = (list: IntList): Int32Array => list.values.slice(0, list.length)
