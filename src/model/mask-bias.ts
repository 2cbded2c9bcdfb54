import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '../tensor/tf.ts'

/** What is added to the score of a masked token: the lowest float32, as in `transformers`. */
const MASKED = -3.4028234663852886e38

/** 0 where the mask is 1, and so low where it is 0 that a softmax gives nothing to it. */
export const maskBias = (mask: Tensor): Tensor => tf.mul(tf.sub(1, tf.cast(mask, 'float32')), MASKED)
