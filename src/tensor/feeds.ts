import type { HostArray, HostArrays, Specs, TensorSpec } from './backend.types.ts'
import { sizeOf } from './shape.ts'
import { tensorError } from './tensor-error.ts'

/** A zeroed array that holds a tensor of this spec. */
export const arrayFor = ({ shape, dtype }: TensorSpec): HostArray =>
  dtype === 'int32' ? new Int32Array(sizeOf(shape)) : new Float32Array(sizeOf(shape))

/**
 * Checks arrays against the specs they are meant for: each name known, the type right, the length exact, and with `all`
 * none missing.
 * @throws TensorError `feeds-mismatch`
 */
export function checkFeeds(what: 'input' | 'output', specs: Specs, arrays: HostArrays, which: 'all' | 'some' = 'all') {
  for (const name of Object.keys(arrays)) {
    if (!(name in specs)) throw mismatch(`There is no ${what} \`${name}\`; there are ${list(Object.keys(specs))}.`)
  }
  for (const [name, spec] of Object.entries(specs)) {
    const array = arrays[name]
    if (array === undefined) {
      if (which === 'all') throw mismatch(`The ${what} \`${name}\` is missing.`)
      continue
    }
    const type = spec.dtype === 'int32' ? 'Int32Array' : 'Float32Array'
    const expected = `${type} of ${sizeOf(spec.shape)} for [${spec.shape.join(', ')}]`
    const found = Object.prototype.toString.call(array).slice(8, -1)
    if (found !== type || array.length !== sizeOf(spec.shape)) {
      throw mismatch(`The ${what} \`${name}\` must be a ${expected}; found a ${found} of ${array.length}.`)
    }
  }
}

/** Arrays for results: the caller's where there are any, and the same ones of our own each time for the others. */
export function resultArrays(specs: Specs): (into: HostArrays) => HostArrays {
  const kept: Record<string, HostArray> = {}
  return into => {
    const results: Record<string, HostArray> = {}
    for (const [name, spec] of Object.entries(specs)) {
      results[name] = into[name] ?? kept[name] ?? arrayFor(spec)
      if (!(name in into)) kept[name] = results[name]
    }
    return results
  }
}

const mismatch = (message: string) => tensorError({ code: 'feeds-mismatch', message })
const list = (names: readonly string[]) => names.map(name => `\`${name}\``).join(', ')
