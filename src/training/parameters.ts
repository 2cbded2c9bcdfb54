import type { Weight, Weights } from '../model/model.types.ts'
import type { ModelConfig, Network, WeightSpecs } from '../model/network.types.ts'
import { type FlatOptimizer, flatOptimizer, type ParameterRange } from '../tensor/adamw/flat-optimizer.ts'
import { sizeOf } from '../tensor/shape.ts'

/** A network's parameters, their gradients and both moments in flat arrays, with a view for each weight. */
export interface Parameters {
  readonly flat: FlatOptimizer
  readonly ranges: readonly ParameterRange[]
  /** The word table: its name, the length of a row, and the row that gets no gradient. */
  readonly table: { readonly name: string; readonly width: number; readonly padding?: number }
  /** One weight's stretch of a flat array as long as `flat.params`. */
  views(array: Float32Array): Readonly<Record<string, Float32Array>>
}

/** Lays the weights end to end, in the network's order, and fills in their values. */
export function layOut(network: Network, config: ModelConfig, weights: Weights): Parameters {
  const specs = network.weights(config)
  const { shape, paddingRow } = specs.get(network.words)!
  const table = { name: network.words, width: shape[1]!, ...(paddingRow !== undefined && { padding: paddingRow }) }
  let size = 0
  const ranges = [...specs].map(([name, { shape, decay }]) => {
    const range = { name, offset: size, length: sizeOf(shape), decay }
    size += range.length
    return range
  })
  const flat = flatOptimizer(size)
  for (const { name, offset } of ranges) flat.params.set(weights.get(name)!.data, offset)
  const views = (array: Float32Array) =>
    Object.fromEntries(ranges.map(({ name, offset, length }) => [name, array.subarray(offset, offset + length)]))
  return { flat, ranges, table, views }
}

/** An array as long as the parameters, as weights: views of it, by their names behind `prefix`. */
export const asWeights = ({ views }: Parameters, specs: WeightSpecs, array: Float32Array, prefix = ''): Weights => {
  const values = views(array)
  return new Map(
    [...specs].map(([name, { shape }]): [string, Weight] => [`${prefix}${name}`, { shape, data: values[name]! }]),
  )
}

/** The parameters as they are now, in memory of their own. */
export const copyOut = (parameters: Parameters, specs: WeightSpecs): Weights => {
  const now = asWeights(parameters, specs, parameters.flat.params)
  return new Map([...now].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]))
}
