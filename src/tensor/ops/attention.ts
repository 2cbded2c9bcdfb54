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
 * they are made and used a few heads at a time, while the processor's cache holds them, and of all of them only the weights
 * before dropout are kept for the backward pass.
 *
 * @param query [batch, heads, queries, width]
 * @param key [batch, heads, width, keys]
 * @param value [batch, heads, width, keys]
 * @param bias [batch, 1, 1, keys], added to the scores: 0, or very low where a key must not be attended to
 * @returns [batch, heads, queries, width]
 */
export function attention(query: Tensor, key: Tensor, value: Tensor, bias: Tensor, dropout?: AttentionDropout): Tensor {
  const [batch, heads, queries, width] = query.shape as [number, number, number, number]
  const { rows, headsEach } = atOnce(batch, heads, queries * key.shape.at(-1)!)
  const groups = heads / headsEach
  const parts = (batch / rows) * groups
  const scale = 1 / Math.sqrt(width)
  const rate = dropout?.rate ?? 0
  const biases = tf.split(bias, batch / rows)
  const split = (x: Tensor) => tf.split(tf.reshape(x, [batch * groups, headsEach, ...x.shape.slice(2)]), parts)
  const join = (each: Tensor[]) => tf.reshape(tf.concat(each), [batch, heads, ...each[0]!.shape.slice(2)])
  const kept = (weights: Tensor, part: number) =>
    dropout && rate > 0 ? [keptMask(weights.shape, rate, dropout.seed, dropout.site, { part, parts })] : []

  return withGradient([query, key, value], (inputs, save) => {
    const [qs, ks, vs] = inputs.map(split) as [Tensor[], Tensor[], Tensor[]]
    const saved = qs.map((q, part): Saved => {
      const [k, v] = [ks[part]!, vs[part]!]
      const weights = tf.softmax(tf.add(tf.mul(tf.matMul(q, k), scale), biases[Math.floor(part / groups)]!))
      const [mask] = kept(weights, part)
      const result = tf.matMul(dropped(weights, mask && tf.cast(mask, 'float32'), rate), v, false, true)
      return mask ? [q, k, v, weights, result, mask] : [q, k, v, weights, result]
    })
    save(saved.flat() as Tensor[])
    const gradient = (dy: Tensor, all: readonly Tensor[]) => {
      const each = all.length / parts
      const gradients = split(dy).map((d, part) => {
        const saved = all.slice(part * each, (part + 1) * each) as Saved
        return partGradients(d, saved, scale, rate)
      })
      return [0, 1, 2].map(input => join(gradients.map(each => each[input]!)))
    }
    return { value: join(saved.map(([, , , , result]) => result)), gradient }
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

/** Elements of the weights that are worked on at once: 2 MB of them. */
const most = 1 << 19

/**
 * How many batch rows, with how many heads each, are worked on at once, so that their weights (`size` a head) are few
 * enough: whole rows, or else equal groups of one row's heads.
 */
export function atOnce(batch: number, heads: number, size: number): { rows: number; headsEach: number } {
  const rows = largestDivisor(batch, most / (heads * size))
  return { rows, headsEach: rows > 1 ? heads : largestDivisor(heads, most / size) }
}

/** The largest divisor that is at most `limit`; at least 1. */
const largestDivisor = (number: number, limit: number): number => {
  let divisor = Math.max(1, Math.min(number, Math.floor(limit)))
  while (number % divisor !== 0) divisor--
  return divisor
}
