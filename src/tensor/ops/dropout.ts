import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '../tf.ts'
import { dropoutMask, type MaskPart, whole } from './dropout-mask.ts'
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
    const mask = keptMask(x.shape, rate, seed, site)
    save([mask])
    return {
      // The scale stands outermost forwards and innermost backwards: there it meets a matrix product that can absorb it.
      value: tf.mul(tf.mul(x, tf.cast(mask, 'float32')), scale),
      gradient: (dy, [mask]) => [tf.mul(tf.mul(dy, scale), tf.cast(mask!, 'float32'))],
    }
  })
}

/** True where `dropout` keeps an element; with `part`, for one of several equal parts of the elements of a site. */
export function keptMask(shape: number[], rate: number, seed: Tensor, site: number, part: MaskPart = whole): Tensor {
  const recorded = ownKernel('DropoutMask', { seed }, { shape, rate, site, ...part })?.[0]
  if (recorded) return recorded
  return tf.tensor(dropoutMask(tf.util.sizeFromShape(shape), rate, seed.dataSync()[0]!, site, part), shape, 'bool')
}
