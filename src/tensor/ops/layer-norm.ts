import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '../tf.ts'
import { ownKernel } from './own-kernel.ts'
import { withGradient } from './with-gradient.ts'

/**
 * Layer normalisation over the last axis: (x − mean)/√(variance + epsilon)·weight + bias, with the biased variance
 * (Ba, Kiros and Hinton, arXiv:1607.06450).
 *
 * @param x [..., width]
 * @param weight [width]
 * @param bias [width]
 */
export const layerNorm = (x: Tensor, weight: Tensor, bias: Tensor, epsilon: number): Tensor =>
  withGradient([x, weight, bias], ([x, weight, bias], save) => {
    const [y, mean, inverse] =
      ownKernel('LayerNormalization', { x, weight, bias }, { epsilon }) ?? composed(x, weight, bias, epsilon)
    save([x, weight, mean!, inverse!])
    return { value: y!, gradient: (dy, [x, weight, mean, inverse]) => gradients(dy, x!, weight!, mean!, inverse!) }
  })

const composed = (x: Tensor, weight: Tensor, bias: Tensor, epsilon: number): [Tensor, Tensor, Tensor] => {
  const mean = tf.mean(x, -1, true)
  const centred = tf.sub(x, mean)
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon))
  return [tf.add(tf.mul(tf.mul(centred, inverse), weight), bias), mean, inverse]
}

/** With n the normalised x and d = dy·weight: dx = (d − mean(d) − n·mean(d·n))/σ, dweight = Σ dy·n, dbias = Σ dy. */
const gradients = (dy: Tensor, x: Tensor, weight: Tensor, mean: Tensor, inverse: Tensor): Tensor[] => {
  const n = tf.mul(tf.sub(x, mean), inverse)
  const dyn = tf.mul(dy, n)
  const d = tf.mul(dy, weight)
  const dx = tf.sub(tf.sub(d, tf.mean(d, -1, true)), tf.mul(n, tf.mean(tf.mul(dyn, weight), -1, true)))
  const rows = x.shape.slice(0, -1).map((_, axis) => axis)
  return [tf.mul(dx, inverse), tf.sum(dyn, rows), tf.sum(dy, rows)]
}
