import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '../tensor/tf.ts'
import { maskBias } from './mask-bias.ts'
import type { SpanLogits } from './network.types.ts'

/**
 * The loss of `transformers`' question-answering heads: the mean of the cross-entropies of start and end, each over the
 * rows that count. Positions are clamped to [0, length]; a row whose position is `length` is ignored.
 *
 * With `mask` the softmax runs over the real tokens, so that a row's loss is the same however far it is padded. Without it,
 * as in `transformers`, it runs over all positions, those of padding included.
 *
 * @param starts int32 `[batch]`
 * @param ends int32 `[batch]`
 * @param mask 1 on real tokens, 0 on padding, int32 `[batch, length]`
 */
export function spanLoss({ start, end }: SpanLogits, starts: Tensor, ends: Tensor, mask?: Tensor): Tensor {
  const scores = (logits: Tensor) => (mask ? tf.add(logits, maskBias(mask)) : logits)
  return tf.mul(tf.add(crossEntropy(scores(start), starts), crossEntropy(scores(end), ends)), 0.5)
}

function crossEntropy(logits: Tensor, positions: Tensor): Tensor {
  const length = logits.shape[1]!
  const counts = tf.cast(tf.less(positions, tf.scalar(length, 'int32')), 'float32')
  const inside = tf.minimum(tf.maximum(positions, tf.scalar(0, 'int32')), tf.scalar(length - 1, 'int32'))
  const target = tf.oneHot(tf.cast(inside, 'int32'), length, 1, 0, 'float32')
  const logLikelihood = tf.sum(tf.mul(tf.logSoftmax(logits), target), 1)
  // A batch in which no row counts has the loss 0.
  const rows = tf.maximum(tf.sum(counts), 1)
  return tf.neg(tf.div(tf.sum(tf.mul(logLikelihood, counts)), rows))
}
