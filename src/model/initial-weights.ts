import { sizeOf } from '../tensor/shape.ts'
import type { Weight, Weights } from './model.types.ts'
import type { ModelConfig, Network, WeightSpec } from './network.types.ts'
import { hashOf, random } from './random.ts'

/** All weights of a network as they are before any training. */
export const initialWeights = (network: Network, config: ModelConfig, seed: number): Weights =>
  new Map([...network.weights(config)].map(([name, spec]) => [name, initialWeight(name, spec, config, seed)]))

/** One weight before any training. It depends on the seed and its own name only, not on which others are made with it. */
export function initialWeight(name: string, spec: WeightSpec, config: ModelConfig, seed: number): Weight {
  const { shape, start, paddingRow } = spec
  const data = new Float32Array(sizeOf(shape))
  if (start === 'ones') data.fill(1)
  if (start === 'normal') {
    const numbers = random(seed, hashOf(name))
    const deviation = Number(config.initializer_range ?? 0.02)
    for (let i = 0; i < data.length; i++) data[i] = deviation * numbers.normal()
  }
  const width = shape.at(-1) ?? 1
  if (paddingRow !== undefined) data.fill(0, paddingRow * width, (paddingRow + 1) * width)
  return { shape, data }
}
