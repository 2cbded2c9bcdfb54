// What the encoders of the BERT family are made of. Activations are matrices [tokens, width] throughout; only attention looks
// at rows and heads.
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Tensors } from '../tensor/backend.types.ts'
import { type AttentionDropout, attention } from '../tensor/ops/attention.ts'
import { dropout } from '../tensor/ops/dropout.ts'
import { layerNorm } from '../tensor/ops/layer-norm.ts'
import * as tf from '../tensor/tf.ts'
import { maskBias } from './mask-bias.ts'
import type { SpanLogits, TokenBatch } from './network.types.ts'

/** Layers by the names of their weights, and dropout. */
export interface Layers {
  linear(x: Tensor, name: string): Tensor
  norm(x: Tensor, name: string, epsilon: number): Tensor
  dropout(x: Tensor, rate: number): Tensor
  /** Multi-head attention from and to `[tokens, width]`, of real tokens only. */
  attention(query: Tensor, key: Tensor, value: Tensor, heads: number, dropoutRate: number): Tensor
  /** The logits that the head makes of the last layer. */
  spanLogits(x: Tensor): SpanLogits
}

/** Layers for one batch; with `seed` (int32 `[1]`) dropout is on. */
export function layersOf(weights: Tensors, batch: TokenBatch, seed?: Tensor): Layers {
  const [rows, length] = batch.mask.shape as [number, number]
  const bias = tf.reshape(maskBias(batch.mask), [rows, 1, 1, length])
  const place = dropoutPlaces(seed)
  const linear = (x: Tensor, name: string) =>
    tf.add(tf.matMul(x, weights[`${name}.weight`]!, false, true), weights[`${name}.bias`]!)
  return {
    linear,
    norm: (x, name, epsilon) => layerNorm(x, weights[`${name}.weight`]!, weights[`${name}.bias`]!, epsilon),
    dropout(x, rate) {
      const here = place(rate)
      return here ? dropout(x, here.rate, here.seed, here.site) : x
    },
    attention(query, key, value, heads, dropoutRate) {
      const width = query.shape[1]! / heads
      const split = (x: Tensor, order: number[]) => tf.transpose(tf.reshape(x, [rows, length, heads, width]), order)
      const [q, k, v] = [split(query, [0, 2, 1, 3]), split(key, [0, 2, 3, 1]), split(value, [0, 2, 3, 1])]
      const context = attention(q, k, v, bias, place(dropoutRate))
      return tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [rows * length, heads * width])
    },
    spanLogits(x) {
      const logits = tf.reshape(linear(x, 'qa_outputs'), [rows, length, 2])
      const [start, end] = tf.unstack(tf.transpose(logits, [2, 0, 1]))
      return { start: start!, end: end! }
    },
  }
}

/** The places in a network where something is dropped, numbered in the order in which they are asked for. */
function dropoutPlaces(seed: Tensor | undefined) {
  let site = 0
  return (rate: number): AttentionDropout | undefined => (seed ? { rate, seed, site: site++ } : undefined)
}
