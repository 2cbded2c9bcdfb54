import type { GradSaveFunc, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '../tf.ts'

export interface Differentiable {
  readonly value: Tensor
  /**
   * Gradients for the inputs, in their order, from the result's gradient and what was saved. A tensor that this closes
   * over without having saved it may be disposed before it runs.
   */
  gradient(dy: Tensor, saved: readonly Tensor[]): Tensor[]
}

/** Computes a tensor by `forward`, with the gradient that `forward` gives instead of the one of the ops it used. */
export const withGradient = <const Inputs extends readonly Tensor[]>(
  inputs: Inputs,
  forward: (inputs: Inputs, save: GradSaveFunc) => Differentiable,
): Tensor =>
  tf.customGrad((...args) => {
    // tfjs types the arguments as one mixed list: the tensors, then `save`.
    const { value, gradient } = forward(args.slice(0, -1) as readonly Tensor[] as Inputs, args.at(-1) as GradSaveFunc)
    return { value, gradFunc: (dy: Tensor, saved: Tensor[]) => gradient(dy, saved) }
  })(...inputs)
