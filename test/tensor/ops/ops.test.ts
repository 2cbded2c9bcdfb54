import { describe, expect, test } from 'vitest'
import { gelu } from '../../../src/tensor/ops/gelu.ts'
import { layerNorm } from '../../../src/tensor/ops/layer-norm.ts'
import * as tf from '../../../src/tensor/tf.ts'
import { calculate, engines, farthest, floats, type Given, someFloats } from '../calculate.ts'
import { differences, gradients, type Op } from './gradients.ts'

interface Checked {
  /** The operation as this room makes it. */
  readonly op: Op
  /** The same from TensorFlow.js's own operations, which have gradients of their own. */
  readonly plain: Op
  readonly inputs: Readonly<Record<string, Given>>
  readonly shape: readonly number[]
  readonly by: readonly string[]
}

const plainNorm: Op = ({ x, weight, bias }) => {
  const { mean, variance } = tf.moments(x!, -1, true)
  return tf.add(tf.mul(tf.div(tf.sub(x!, mean), tf.sqrt(tf.add(variance, 1e-5))), weight!), bias!)
}
const plainGelu: Op = ({ x }) => tf.mul(tf.mul(x!, 0.5), tf.add(1, tf.erf(tf.mul(x!, Math.SQRT1_2))))

const normInputs = (shape: readonly number[]) => ({
  x: someFloats(shape, 1),
  weight: someFloats([shape.at(-1)!], 2),
  bias: someFloats([shape.at(-1)!], 3),
})

const checked: Readonly<Record<string, Checked>> = {
  'layerNorm of a matrix': {
    op: ({ x, weight, bias }) => layerNorm(x!, weight!, bias!, 1e-5),
    plain: plainNorm,
    inputs: normInputs([3, 5]),
    shape: [3, 5],
    by: ['x', 'weight', 'bias'],
  },
  'layerNorm of rank 3': {
    op: ({ x, weight, bias }) => layerNorm(x!, weight!, bias!, 1e-5),
    plain: plainNorm,
    inputs: normInputs([2, 3, 4]),
    shape: [2, 3, 4],
    by: ['x', 'weight', 'bias'],
  },
  gelu: {
    op: ({ x }) => gelu(x!),
    plain: plainGelu,
    inputs: { x: floats([9], [-6, -2, -1, -0.1, 0, 0.1, 1, 2, 6]) },
    shape: [9],
    by: ['x'],
  },
}

describe.each(Object.entries(checked))('%s', (_, { op, plain, inputs, shape, by }) => {
  const value = (op: Op) => (given: Readonly<Record<string, tf.Tensor>>) => ({ y: op(given) })

  test.each(engines)('on %s equals the composition of plain operations', async engine => {
    const [found, expected] = [
      await calculate(engine, value(op), inputs),
      await calculate('reference', value(plain), inputs),
    ]
    expect(farthest(found.y!, expected.y!)).toBeLessThan(1e-6)
  })

  test.each(engines)('its gradients on %s equal plain autodiff and finite differences', async engine => {
    const found = await gradients(engine, op, inputs, shape, by)
    const automatic = await gradients('reference', plain, inputs, shape, by)
    const finite = await differences(op, inputs, shape, by)
    for (const name of Object.keys(automatic)) {
      expect(farthest(found[name]!, automatic[name]!)).toBeLessThan(2e-6)
      expect(farthest(found[name]!, finite[name]!)).toBeLessThan(1e-3)
    }
  })
})

test.each(engines)('gelu on %s gives the values of torch.nn.functional.gelu', async engine => {
  const x = floats([6], [-3, -1, -0.5, 0.5, 1, 3])
  const { y } = await calculate(engine, ({ x }) => ({ y: gelu(x!) }), { x })
  const torch = [
    -0.004049694165587425, -0.15865525603294373, -0.1542687714099884, 0.3457312285900116, 0.8413447141647339,
    2.9959502220153809,
  ]
  expect(farthest(y!, torch)).toBeLessThan(1e-6)
})
