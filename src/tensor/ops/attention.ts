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
 * Scaled dot-product attention, dropout(softmax(q·kᵀ/√width + bias))·v (Vaswani et al., arXiv:1706.03762).
 *
 * The matrices [queries, keys] are by far the largest tensors of a network like BERT, and most work on them waits for
 * memory. So they are made and used one batch row at a time, while they are in the processor's cache, and only the
 * weights before dropout are kept for the backward pass.
 *
 * @param query [batch, heads, queries, width]
 * @param key [batch, heads, keys, width]
 * @param value [batch, heads, keys, width]
 * @param bias [batch, 1, 1, keys], added to the scores: 0, or very low where a key must not be attended to
 * @returns [batch, heads, queries, width]
 */
export function attention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  bias: Tensor,
  dropout?: AttentionDropout,
): Tensor {
  const [parts] = query.shape as [number]
  const scale = 1 / Math.sqrt(query.shape.at(-1)!)
  const keep = 1 / (1 - (dropout?.rate ?? 0))
  const biases = tf.split(bias, parts)
  const drop = (weights: Tensor, kept: Tensor | undefined) => (kept ? tf.mul(weights, tf.cast(kept, 'float32')) : weights)

  return withGradient([query, key, value], (inputs, save) => {
    const [queries, keys, values] = inputs.map(each => tf.split(each, parts)) as [Tensor[], Tensor[], Tensor[]]
    const made = queries.map((q, part) => {
      const [k, v] = [keys[part]!, values[part]!]
      const weights = tf.softmax(tf.add(tf.mul(tf.matMul(q, k, false, true), scale), biases[part]!))
      const kept = dropout && keptMask(weights.shape, dropout.rate, dropout.seed, dropout.site, { part, parts })
      const result = tf.matMul(tf.mul(drop(weights, kept), keep), v)
      return kept ? [q, k, v, result, weights, kept] : [q, k, v, result, weights]
    })
    save(made.flat())
    const gradient = (dy: Tensor, saved: readonly Tensor[]) => {
      const each = saved.length / parts
      const gradients = tf.split(dy, parts).map((d, part) => {
        const [q, k, v, result, weights, kept] = saved.slice(part * each, (part + 1) * each) as Saved
        const dWeights = drop(tf.mul(tf.matMul(d, v, false, true), keep), kept)
        // The softmax's own sum over keys, Σ dWeights·weights, equals Σ d·result over the width, a far smaller tensor.
        const dScores = tf.mul(weights, tf.sub(dWeights, tf.sum(tf.mul(d, result), -1, true)))
        return [
          tf.mul(tf.matMul(dScores, k), scale),
          tf.mul(tf.matMul(dScores, q, true), scale),
          tf.matMul(tf.mul(drop(weights, kept), keep), d, true),
        ]
      })
      return [0, 1, 2].map(at => tf.concat(gradients.map(each => each[at]!)))
    }
    return { value: tf.concat(made.map(each => each[3]!)), gradient }
  })
}

type Saved = [q: Tensor, k: Tensor, v: Tensor, result: Tensor, weights: Tensor, kept?: Tensor]
