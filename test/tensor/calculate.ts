// Runs tensor functions on an engine and compares numbers: what the tests of this room share.
import { openBackend } from '../../src/tensor/backend.ts'
import type { Engine, HostArray, Specs, TensorSpec, Tensors } from '../../src/tensor/backend.types.ts'
import { tensorflowFolder } from '../engines.ts'

export { engines } from '../engines.ts'
export const openOptions = { threads: 1, ...(tensorflowFolder !== undefined && { resolveFrom: tensorflowFolder }) }

export interface Given {
  readonly shape: readonly number[]
  readonly data: HostArray
}

/** A float32 tensor to give to a step. */
export const floats = (shape: readonly number[], data: Iterable<number>): Given => ({
  shape,
  data: Float32Array.from(data),
})
/** An int32 tensor to give to a step. */
export const ints = (shape: readonly number[], data: Iterable<number>): Given => ({
  shape,
  data: Int32Array.from(data),
})

/** Numbers in [-1, 1) that are the same every time: a multiplicative generator modulo 2^31 - 1. */
export function someFloats(shape: readonly number[], seed = 1): Given {
  let state = seed * 48_271
  const next = () => {
    state = Number((BigInt(state) * 48_271n) % 2_147_483_647n)
    return state / 1_073_741_824 - 1
  }
  const size = shape.reduce((product, length) => product * length, 1)
  for (let warm = 0; warm < 8; warm++) next()
  return floats(shape, Array.from({ length: size }, next))
}

/** Compiles a step for these inputs on an engine, runs it once and returns copies of its outputs. */
export async function calculate(
  engine: Engine,
  step: (inputs: Tensors) => Tensors,
  inputs: Readonly<Record<string, Given>>,
): Promise<Record<string, HostArray>> {
  const { backend } = await openBackend(engine, openOptions)
  const program = await backend.compile(step, specsOf(inputs))
  try {
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, { data }]) => [name, data]))
    const results = await program.run(feeds)
    return Object.fromEntries(Object.entries(results).map(([name, array]) => [name, array.slice()]))
  } finally {
    await program.dispose()
    await backend.dispose()
  }
}

export const specsOf = (inputs: Readonly<Record<string, Given>>): Specs =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, data }]): [string, TensorSpec] => [
      name,
      { shape, dtype: data.constructor === Int32Array ? 'int32' : 'float32' },
    ]),
  )

/** The largest difference between two arrays, relative to the largest number in the second. */
export function farthest(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY
  let difference = 0
  let largest = 0
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(found[i]! - expected[i]!))
    largest = Math.max(largest, Math.abs(expected[i]!))
  }
  return difference / (largest || 1)
}
