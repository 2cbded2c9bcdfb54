/** The classes of typed array that can be stored. */
export const typedArrays = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
}
export type TypedArrayName = keyof typeof typedArrays
export type TypedArrayClass = (typeof typedArrays)[TypedArrayName]
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array

const names = new Map<unknown, TypedArrayName>(
  Object.entries(typedArrays).map(([name, { prototype }]) => [prototype, name as TypedArrayName]),
)

/** The class of a typed array; `undefined` for anything else, instances of its subclasses (Buffer) included. */
export const typedArrayName = (value: object): TypedArrayName | undefined => names.get(Object.getPrototypeOf(value))
