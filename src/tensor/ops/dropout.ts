import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '../tf.ts'
import { dropoutMask } from './dropout-mask.ts'
import { ownKernel } from './own-kernel.ts'
import { withGradient } from './with-gradient.ts'

/**
 * Sets each element to zero with probability `rate` and scales the others by 1/(1 − rate). Which ones is a pure function
 * of (`seed`, `site`, position), the same on every engine: a resumed run needs only its seed and step to repeat it.
 *
 * @param x float32 of any shape
 * @param rate in [0, 1); 0 returns `x`
 * @param seed int32 of one element, an input of the step: another one each step
 * @param site a number of its own for each place in the network that drops something
 */
export function dropout(x: Tensor, rate: number, seed: Tensor, site: number): Tensor {
  if (rate === 0) return x
  const scale = 1 / (1 - rate)
  return withGradient([x], ([x], save) => {
    const mask = ownKernel('DropoutMask', { seed }, { shape: x.shape, rate, site })?.[0] ?? onHost(x, rate, seed, site)
    save([mask])
    return {
      // The scale stands outermost forwards and innermost backwards: there it meets a matrix product that can absorb it.
      value: tf.mul(tf.mul(x, tf.cast(mask, 'float32')), scale),
      gradient: (dy, [mask]) => [tf.mul(tf.mul(dy, scale), tf.cast(mask!, 'float32'))],
    }
  })
}

const onHost = (x: Tensor, rate: number, seed: Tensor, site: number): Tensor =>
  tf.tensor(dropoutMask(x.size, rate, seed.dataSync()[0]!, site), x.shape, 'bool')
