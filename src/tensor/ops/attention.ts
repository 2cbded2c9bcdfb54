import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '../tf.ts'
import { keptMask } from './dropout.ts'
import { withGradient } from './with-gradient.ts'

/** Dropout of the attention weights, as `dropout` takes it. */
export interface AttentionDropout {
  readonly rate: number
  readonly seed: Tensor
  readonly site: number
}

/**
 * Scaled dot-product attention: softmax(query·key/√width + bias), with dropout, times value (Vaswani et al.,
 * arXiv:1706.03762).
 *
 * Keys and values come with their positions last: no product then has to transpose a [queries, keys] matrix, forwards or
 * backwards. Those matrices are by far the largest tensors of a network like BERT, and work on them waits for memory; so
 * they are made and used a few batch rows at a time, while the processor's cache holds them, and of all of them only the
 * weights before dropout are kept for the backward pass.
 *
 * @param query [batch, heads, queries, width]
 * @param key [batch, heads, width, keys]
 * @param value [batch, heads, width, keys]
 * @param bias [batch, 1, 1, keys], added to the scores: 0, or very low where a key must not be attended to
 * @returns [batch, heads, queries, width]
 */
export function attention(query: Tensor, key: Tensor, value: Tensor, bias: Tensor, dropout?: AttentionDropout): Tensor {
  const [batch, heads, queries, width] = query.shape as [number, number, number, number]
  const parts = batch / rowsAtOnce(batch, heads * queries * key.shape.at(-1)!)
  const biases = tf.split(bias, parts)
  const scale = 1 / Math.sqrt(width)
  const rate = dropout?.rate ?? 0
  const kept = (weights: Tensor, part: number) =>
    dropout && rate > 0 ? [keptMask(weights.shape, rate, dropout.seed, dropout.site, { part, parts })] : []

  return withGradient([query, key, value], (inputs, save) => {
    const [qs, ks, vs] = inputs.map(each => tf.split(each, parts)) as [Tensor[], Tensor[], Tensor[]]
    const saved = qs.map((q, part): Saved => {
      const [k, v] = [ks[part]!, vs[part]!]
      const weights = tf.softmax(tf.add(tf.mul(tf.matMul(q, k), scale), biases[part]!))
      const [mask] = kept(weights, part)
      const result = tf.matMul(dropped(weights, mask && tf.cast(mask, 'float32'), rate), v, false, true)
      return mask ? [q, k, v, weights, result, mask] : [q, k, v, weights, result]
    })
    save(saved.flat() as Tensor[])
    const gradient = (dy: Tensor, all: readonly Tensor[]) => {
      const each = all.length / parts
      const gradients = tf.split(dy, parts).map((d, part) => {
        const saved = all.slice(part * each, (part + 1) * each) as Saved
        return partGradients(d, saved, scale, rate)
      })
      return [0, 1, 2].map(input => tf.concat(gradients.map(each => each[input]!)))
    }
    return { value: tf.concat(saved.map(([, , , , result]) => result)), gradient }
  })
}

type Saved = [q: Tensor, k: Tensor, v: Tensor, weights: Tensor, result: Tensor, mask?: Tensor]

const partGradients = (d: Tensor, [q, k, v, weights, result, mask]: Saved, scale: number, rate: number): Tensor[] => {
  const factor = mask && tf.cast(mask, 'float32')
  const dWeights = dropped(tf.matMul(d, v), factor, rate)
  // The sum over the keys in the softmax's gradient, Σ dWeights·weights, equals Σ d·result over the width, which is short.
  const dScores = tf.mul(weights, tf.sub(dWeights, tf.sum(tf.mul(d, result), -1, true)))
  return [
    tf.mul(tf.matMul(dScores, k, false, true), scale),
    tf.mul(tf.matMul(q, dScores, true), scale),
    tf.matMul(d, dropped(weights, factor, rate), true),
  ]
}

/** The factor of dropout is a separate multiplication: one that a matrix product before or behind it can absorb. */
const dropped = (x: Tensor, kept: Tensor | undefined, rate: number): Tensor =>
  kept ? tf.mul(tf.mul(x, kept), 1 / (1 - rate)) : x

/** Elements of the weights that are worked on at once: 8 MB of them. */
const atOnce = 1 << 21

/** The largest divisor of the batch with at most that many elements, each row having `rowSize`. */
export function rowsAtOnce(batch: number, rowSize: number): number {
  let rows = Math.max(1, Math.min(batch, Math.floor(atOnce / rowSize)))
  while (batch % rows !== 0) rows--
  return rows
}
