import type { NamedAttrMap, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '../tf.ts'

/** The kernels of our own that a backend may have; each op that uses one can do without it. */
export type OwnKernel = 'DropoutMask' | 'Gelu' | 'LayerNormalization'

/** Runs a kernel of our own where the current backend has it; `undefined` where it has not. */
export const ownKernel = (
  name: OwnKernel,
  inputs: Readonly<Record<string, Tensor>>,
  attrs: NamedAttrMap,
): Tensor[] | undefined => {
  if (tf.getKernel(name, tf.getBackend()) === undefined) return undefined
  const result: Tensor | Tensor[] = tf.engine().runKernel(name, { ...inputs }, attrs)
  return Array.isArray(result) ? result : [result]
}
