// Gradients of an operation on both engines, and by finite differences.

import type { Engine, HostArray, Tensors } from '../../../src/tensor/backend.types.ts'
import * as tf from '../../../src/tensor/tf.ts'
import { calculate, type Given, someFloats } from '../calculate.ts'

export type Op = (inputs: Record<string, tf.Tensor>) => tf.Tensor

/** The sum of an operation's results, each weighted differently, so that no gradient hides behind another. */
const weighted = (op: Op, inputs: Tensors): tf.Scalar => {
  const { weights, ...rest } = inputs as Record<string, tf.Tensor>
  return tf.sum(tf.mul(op(rest), weights!))
}

const withWeights = (inputs: Readonly<Record<string, Given>>, shape: readonly number[]) => ({
  ...inputs,
  weights: someFloats(shape, 99),
})

/** The gradient of the weighted sum of `op`'s results by each input named in `by`. */
export function gradients(
  engine: Engine,
  op: Op,
  inputs: Readonly<Record<string, Given>>,
  shape: readonly number[],
  by: readonly string[],
): Promise<Record<string, HostArray>> {
  const step = (given: Tensors): Tensors => {
    const made = tf.grads((...values) =>
      weighted(op, { ...given, ...Object.fromEntries(by.map((name, at) => [name, values[at]!])) }),
    )(by.map(name => given[name]!))
    return Object.fromEntries(by.map((name, at) => [`gradient of ${name}`, made[at]!]))
  }
  return calculate(engine, step, withWeights(inputs, shape))
}

/** The same by central differences of fourth order. Float32 leaves about three digits. */
export async function differences(
  op: Op,
  inputs: Readonly<Record<string, Given>>,
  shape: readonly number[],
  by: readonly string[],
): Promise<Record<string, Float32Array>> {
  const h = 0.02
  const given = withWeights(inputs, shape)
  // All shifted evaluations are outputs of one step.
  const stencil = [
    [-2, 1 / 12],
    [-1, -8 / 12],
    [1, 8 / 12],
    [2, -1 / 12],
  ] as const
  const step = (tensors: Tensors): Tensors =>
    Object.fromEntries(
      by.map(name => {
        const x = tensors[name]!
        const each = Array.from({ length: x.size }, (_, at) => {
          const unit = tf.reshape(tf.oneHot(tf.scalar(at, 'int32'), x.size, 1, 0, 'float32'), x.shape)
          const terms = stencil.map(([shift, factor]) =>
            tf.mul(weighted(op, { ...tensors, [name]: tf.add(x, tf.mul(unit, shift * h)) }), factor / h),
          )
          return tf.addN(terms)
        })
        return [`gradient of ${name}`, tf.stack(each)]
      }),
    )
  return (await calculate('reference', step, given)) as Record<string, Float32Array>
}
