// This entry leaves out msgpackr's streams and its native string reader, which take most of its loading time.
import { Packr } from 'msgpackr/pack'
import { type TypedArrayName, typedArrayName, typedArrays } from './typed-arrays.ts'
import { isWellFormed } from './well-formed.ts'

// What is written is plain msgpack, readable in any language. Plain objects are maps with string keys. The four things
// that msgpack cannot say by itself are maps of one entry whose key is an integer, which no plain object can have:
//   { 1: [class name, bytes] } a typed array other than Uint8Array, in little-endian bytes
//   { 2: [key, value, …] }     a Map
//   { 3: [key, value, …] }     a plain object with a key named __proto__, which msgpackr would rename
//   { 4: null }                the number -0
// msgpackr's own extensions are not used: some lose the class or the sign, and all are registered process-wide.
const tag = { typedArray: 1, map: 2, entries: 3, negativeZero: 4 } as const

const packr = new Packr({ useRecords: false, mapsAsObjects: false, variableMapSize: true, useToJSON: false })

const deepest = 1000

/**
 * Packs a value as msgpack so that `unpack` gives back exactly the same: plain objects and Maps with their keys' types
 * and order, arrays, typed arrays with their class and bytes, -0, NaN, BigInt from -2^63 to 2^64 - 1. Equal values give
 * equal bytes. What would not come back the same is refused with the path to it: functions, symbols, `undefined`,
 * instances of other classes (Date, Set, Buffer …), larger BigInts, holes, cycles, lone surrogates.
 *
 * @throws TypeError that names the place, for instance `cannot pack $.answers[3]: …`.
 */
export const pack = (value: unknown): Uint8Array => packr.pack(encode(value, { keys: [], parents: new Set() }))

/** Reads what `pack` wrote. Typed arrays come back as owners of their memory. */
export const unpack = (bytes: Uint8Array): unknown => decode(packr.unpack(bytes))

/** Where the walk is: the keys from the root, for messages, and the objects around it, against cycles. */
interface Walk {
  readonly keys: (string | number)[]
  readonly parents: Set<object>
}

/** The value itself where msgpackr keeps it exactly, else what stands for it. */
const encode = (value: unknown, walk: Walk): unknown => {
  switch (typeof value) {
    case 'boolean':
      return value
    case 'number':
      return Object.is(value, -0) ? new Map([[tag.negativeZero, null]]) : value
    case 'string':
      return isWellFormed(value) ? value : refuse(walk, 'a string with half a surrogate pair has no UTF-8 form')
    case 'bigint':
      if (value >= -(2n ** 63n) && value < 2n ** 64n) return value
      return refuse(walk, `the BigInt ${value} is not between -2^63 and 2^64 - 1`)
    case 'object':
      return value === null ? null : encodeObject(value, walk)
    case 'undefined':
      return refuse(walk, 'undefined cannot be kept; leave the key out or use null')
    default:
      return refuse(walk, `a ${typeof value} cannot be kept`)
  }
}

const encodeObject = (value: object, walk: Walk): unknown => {
  if (walk.parents.has(value)) return refuse(walk, 'it contains itself')
  if (walk.parents.size === deepest) return refuse(walk, `it is nested deeper than ${deepest} levels`)
  walk.parents.add(value)
  const encoded = encodeByPrototype(value, walk)
  walk.parents.delete(value)
  return encoded
}

const encodeByPrototype = (value: object, walk: Walk): unknown => {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype) return encodePlain(value as Readonly<Record<string, unknown>>, walk)
  if (prototype === Array.prototype) return encodeArray(value as readonly unknown[], walk)
  if (prototype === Map.prototype)
    return new Map([[tag.map, encodeEntries(value as ReadonlyMap<unknown, unknown>, walk)]])
  const name = typedArrayName(value)
  if (name === 'Uint8Array') return value
  if (name !== undefined) return new Map([[tag.typedArray, [name, bytesOf(value as ArrayBufferView)]]])
  return refuse(walk, `${describe(prototype)} cannot be kept; use plain objects, arrays, Maps and typed arrays`)
}

const encodePlain = (object: Readonly<Record<string, unknown>>, walk: Walk): unknown => {
  const keys = Object.keys(object)
  if (Reflect.ownKeys(object).length > keys.length) return refuse(walk, 'it has a symbol or a hidden key')
  const odd = keys.find(key => !isWellFormed(key))
  if (odd !== undefined) return refuse(walk, `its key ${JSON.stringify(odd)} is half a surrogate pair`)
  if (Object.hasOwn(object, '__proto__')) return new Map([[tag.entries, encodeEntries(Object.entries(object), walk)]])

  let copy: Record<string, unknown> | undefined
  for (const key of keys) {
    const encoded = encodeChild(object[key], key, walk)
    if (!Object.is(encoded, object[key])) {
      copy ??= { ...object }
      copy[key] = encoded
    }
  }
  return copy ?? object
}

const encodeArray = (array: readonly unknown[], walk: Walk): unknown => {
  // Every element and `length`.
  if (Reflect.ownKeys(array).length !== array.length + 1) return refuse(walk, 'the array has holes or keys of its own')
  let copy: unknown[] | undefined
  for (let i = 0; i < array.length; i++) {
    const encoded = encodeChild(array[i], i, walk)
    if (!Object.is(encoded, array[i])) {
      copy ??= [...array]
      copy[i] = encoded
    }
  }
  return copy ?? array
}

const encodeEntries = (entries: Iterable<readonly [unknown, unknown]>, walk: Walk): unknown[] => {
  const flat: unknown[] = []
  for (const [key, value] of entries) {
    const step = typeof key === 'object' ? 'an object' : String(key)
    flat.push(encodeChild(key, `key ${step}`, walk), encodeChild(value, step, walk))
  }
  return flat
}

const encodeChild = (value: unknown, key: string | number, walk: Walk): unknown => {
  walk.keys.push(key)
  const encoded = encode(value, walk)
  walk.keys.pop()
  return encoded
}

/** Undoes `encode` on what msgpackr read: arrays (changed in place), Maps for all maps, Buffers, primitives. */
const decode = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  // A copy, because the bytes lie unaligned in the file's buffer, which they would keep alive.
  if (ArrayBuffer.isView(value)) return new Uint8Array(value as Uint8Array)
  if (!Array.isArray(value)) return decodeMap(value as ReadonlyMap<unknown, unknown>)
  for (let i = 0; i < value.length; i++) value[i] = decode(value[i])
  return value
}

const decodeMap = (map: ReadonlyMap<unknown, unknown>): unknown => {
  const [first] = map
  if (first !== undefined && typeof first[0] === 'number') return decodeTagged(first[0], first[1])
  const object: Record<string, unknown> = {}
  for (const [key, value] of map) object[key as string] = decode(value)
  return object
}

const decodeTagged = (number: number, content: unknown): unknown => {
  switch (number) {
    case tag.typedArray: {
      const [name, bytes] = content as [TypedArrayName, Uint8Array]
      return new typedArrays[name](new Uint8Array(bytes).buffer)
    }
    case tag.map:
      return new Map(pairs(decode(content) as unknown[]))
    case tag.entries:
      return Object.fromEntries(pairs(decode(content) as unknown[]) as [string, unknown][])
    case tag.negativeZero:
      return -0
    default:
      throw new Error(`unknown tag ${number}`)
  }
}

const pairs = (flat: readonly unknown[]): [unknown, unknown][] =>
  Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]])

const bytesOf = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength)

const refuse = (walk: Walk, why: string): never => {
  const path = walk.keys.map(key => (/^[A-Za-z_$][\w$]*$/.test(`${key}`) ? `.${key}` : `[${JSON.stringify(key)}]`))
  throw new TypeError(`cannot pack $${path.join('')}: ${why}`)
}

const describe = (prototype: unknown): string => {
  const name = (prototype as { readonly constructor?: { readonly name?: unknown } } | null)?.constructor?.name
  return typeof name === 'string' && name !== '' ? `an instance of ${name}` : 'an object without a prototype'
}
