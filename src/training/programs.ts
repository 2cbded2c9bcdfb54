// The two functions that are compiled: a batch's loss with its gradients, and a batch's logits.
import type { ModelConfig, Network } from '../model/network.types.ts'
import { spanLoss } from '../model/span-loss.ts'
import type { Backend, Program, Specs, Tensors } from '../tensor/backend.types.ts'
import * as tf from '../tensor/tf.ts'
import { tokenSpecs } from './batches.ts'

/** The name of the output that is a weight's gradient. */
export const gradientOf = (weight: string): string => `gradient of ${weight}`

/** Compiles programs for batches of any padded length, each length once. */
export interface Programs {
  get(length: number): Promise<Program>
  dispose(): Promise<void>
}

/**
 * Programs that take the weights by name (all but the word table), `words mask segments` of `size` rows, `starts ends` `[size]`,
 * `seed` `[1]` and `share`, the part of a batch that these rows are. They give `loss`, the rows' mean loss times that share, and,
 * as `gradientOf` names them, the gradients of those weights and of `words`. See `spanLoss` for `lossOfPadding`.
 */
export async function gradientPrograms(
  backend: Backend,
  network: Network,
  config: ModelConfig,
  size: number,
  lossOfPadding: boolean,
) {
  const { spanLogits } = await network.load()
  const { weights, width } = inputsOf(network, config)
  const names = [...Object.keys(weights), 'words']
  const step = (inputs: Tensors): Tensors => {
    const lossOf = (...values: tf.Tensor[]) => {
      const { words, ...weights } = Object.fromEntries(names.map((name, at) => [name, values[at]!]))
      const logits = spanLogits(config, weights, { ...batchOf(inputs), words: words! }, inputs.seed)
      const loss = spanLoss(logits, inputs.starts!, inputs.ends!, lossOfPadding ? undefined : inputs.mask)
      return tf.mul(loss, inputs.share!) as tf.Scalar
    }
    const { value, grads } = tf.valueAndGrads(lossOf)(names.map(name => inputs[name]!))
    return { loss: value, ...Object.fromEntries(names.map((name, at) => [gradientOf(name), grads[at]!])) }
  }
  return perLength(backend, step, length => ({
    ...weights,
    ...tokenSpecs(size, length, width),
    starts: { shape: [size], dtype: 'int32' },
    ends: { shape: [size], dtype: 'int32' },
    seed: { shape: [1], dtype: 'int32' },
    share: { shape: [], dtype: 'float32' },
  }))
}

/** Programs that take the weights and `words mask segments` likewise, and give `start` and `end` `[size, length]`. */
export async function logitPrograms(backend: Backend, network: Network, config: ModelConfig, size: number) {
  const { spanLogits } = await network.load()
  const { weights, width } = inputsOf(network, config)
  const forward = (inputs: Tensors): Tensors => ({ ...spanLogits(config, inputs, batchOf(inputs)) })
  return perLength(backend, forward, length => ({ ...weights, ...tokenSpecs(size, length, width) }))
}

/** The weights that a program takes, and how wide the rows are that it gets instead of the word table. */
function inputsOf(network: Network, config: ModelConfig) {
  const { [network.words]: table, ...weights } = Object.fromEntries(
    [...network.weights(config)].map(([name, { shape }]) => [name, { shape, dtype: 'float32' as const }]),
  )
  return { weights, width: table!.shape[1]! }
}

function perLength(backend: Backend, step: (inputs: Tensors) => Tensors, specs: (length: number) => Specs): Programs {
  const compiled = new Map<number, Promise<Program>>()
  return {
    get(length) {
      const program = compiled.get(length) ?? backend.compile(step, specs(length))
      compiled.set(length, program)
      return program
    },
    async dispose() {
      for (const program of compiled.values()) await (await program).dispose()
      compiled.clear()
    },
  }
}

const batchOf = ({ words, mask, segments }: Tensors) => ({ words: words!, mask: mask!, segments: segments! })
