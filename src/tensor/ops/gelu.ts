import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '../tf.ts'
import { ownKernel } from './own-kernel.ts'
import { withGradient } from './with-gradient.ts'

/**
 * The exact Gaussian error linear unit, x·Φ(x) with Φ(x) = ½·(1 + erf(x/√2)): BERT's `hidden_act: gelu`
 * (Hendrycks and Gimpel, arXiv:1606.08415).
 */
export const gelu = (x: Tensor): Tensor =>
  withGradient([x], ([x], save) => {
    save([x])
    return { value: ownKernel('Gelu', { x }, {})?.[0] ?? composed(x), gradient: (dy, [x]) => [geluGradient(dy, x!)] }
  })

const composed = (x: Tensor): Tensor => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1))

/**
 * dy·(Φ(x) + x·φ(x)) over s = x/√2, where it is ½·dy·(1 + erf(s) + s·exp(ln(2/√π) − s²)): φ's constants meet in one
 * exponent, and the half stands where the product that made `dy` can absorb it.
 */
const geluGradient = (dy: Tensor, x: Tensor): Tensor => {
  const s = tf.mul(x, Math.SQRT1_2)
  const bell = tf.exp(tf.sub(Math.log(2 / Math.sqrt(Math.PI)), tf.square(s)))
  return tf.mul(tf.mul(dy, 0.5), tf.add(tf.add(tf.erf(s), 1), tf.mul(bell, s)))
}
