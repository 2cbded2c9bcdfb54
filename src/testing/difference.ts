import { toPointer } from '../plugin/pointer.ts'

/**
 * Where two values first differ, as a JSON pointer (`''`: they are of different kinds), or `undefined` where they do not. Of
 * objects only what they hold counts, and something undefined is like nothing: what a codec brings back has no other reason to
 * look like what was written.
 */
export const difference = (
  one: unknown,
  other: unknown,
  path: readonly (string | number)[] = [],
): string | undefined => {
  if (Object.is(one, other)) return undefined
  if (!isObject(one) || !isObject(other)) return toPointer(path)
  if (isBytes(one) || isBytes(other)) return differenceOfBytes(one, other, path)
  if (tagOf(one) !== tagOf(other)) return toPointer(path)
  const [before, after] = [partsOf(one), partsOf(other)]
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const found = difference(before.get(key), after.get(key), [...path, key])
    if (found !== undefined) return found
  }
  return undefined
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

const isBytes = (value: object): value is NodeJS.TypedArray => ArrayBuffer.isView(value) && 'length' in value

// A Buffer is a Uint8Array to whoever reads it.
const tagOf = (value: object): string => Object.prototype.toString.call(value)

const differenceOfBytes = (one: object, other: object, path: readonly (string | number)[]): string | undefined => {
  if (!isBytes(one) || !isBytes(other) || tagOf(one) !== tagOf(other) || one.length !== other.length)
    return toPointer(path)
  for (let index = 0; index < one.length; index++)
    if (!Object.is(one[index], other[index])) return toPointer([...path, index])
  return undefined
}

/** What an object holds, by key: the entries of a map in any order, the members of a set under their numbers. */
const partsOf = (value: object): ReadonlyMap<string | number, unknown> => {
  if (value instanceof Date) return new Map([['', value.getTime()]])
  if (value instanceof Map && [...value.keys()].every(key => typeof key === 'string')) return value
  if (value instanceof Map || value instanceof Set)
    return new Map([...value].map((member, index) => [index, member] as const))
  return new Map(Object.entries(value))
}
