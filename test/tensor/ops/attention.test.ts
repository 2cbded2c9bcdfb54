import { describe, expect, test } from 'vitest'
import type { Engine } from '../../../src/tensor/backend.types.ts'
import { atOnce, attention } from '../../../src/tensor/ops/attention.ts'
import { dropoutMask } from '../../../src/tensor/ops/dropout-mask.ts'
import * as tf from '../../../src/tensor/tf.ts'
import { calculate, engines, farthest, floats, ints, someFloats } from '../calculate.ts'
import { differences, gradients, type Op } from './gradients.ts'

test.each([
  [8, 12, 384 * 384, 1, 3],
  [8, 12, 128 * 128, 2, 12],
  [32, 2, 128 * 128, 16, 2],
  [7, 4, 1 << 16, 1, 4],
  [6, 1, 1 << 18, 2, 1],
  [3, 5, 1 << 18, 1, 1],
  [1, 6, 1 << 17, 1, 3],
  [1, 1, 1 << 30, 1, 1],
])('of a batch of %d rows with %d heads of %d weights, %d rows with %d heads are worked on at once', (...row) => {
  const [batch, heads, size, rows, headsEach] = row
  expect(atOnce(batch, heads, size)).toEqual({ rows, headsEach })
})

const [batch, heads, length, width] = [2, 2, 3, 4]
const low = -1e9
const small = {
  q: someFloats([batch, heads, length, width], 1),
  k: someFloats([batch, heads, width, length], 2),
  v: someFloats([batch, heads, width, length], 3),
  bias: floats([batch, 1, 1, length], [0, 0, low, 0, 0, 0]),
}
const shape = [batch, heads, length, width]

/** The same from plain operations, which have gradients of their own; `mask` multiplies the weights. */
const plain: Op = ({ q, k, v, bias, mask }) => {
  const weights = tf.softmax(tf.add(tf.mul(tf.matMul(q!, k!), 1 / Math.sqrt(q!.shape[3]!)), bias!))
  return tf.matMul(mask ? tf.mul(weights, mask) : weights, v!, false, true)
}
const ours: Op = ({ q, k, v, bias }) => attention(q!, k!, v!, bias!)

describe.each(engines)('attention on %s', engine => {
  const value = (op: Op) => (given: Readonly<Record<string, tf.Tensor>>) => ({ y: op(given) })

  test('equals the composition of plain operations', async () => {
    const [found, expected] = [
      await calculate(engine, value(ours), small),
      await calculate('reference', value(plain), small),
    ]
    expect(farthest(found.y!, expected.y!)).toBeLessThan(1e-6)
  })

  test('has the gradients of plain autodiff and finite differences', async () => {
    const by = ['q', 'k', 'v']
    const found = await gradients(engine, ours, small, shape, by)
    const automatic = await gradients('reference', plain, small, shape, by)
    const finite = await differences(ours, small, shape, by)
    for (const name of Object.keys(automatic)) {
      expect(farthest(found[name]!, automatic[name]!)).toBeLessThan(2e-6)
      expect(farthest(found[name]!, finite[name]!)).toBeLessThan(1e-3)
    }
  })

  test('drops the weights that the mask says, in its gradients too', () => expectDropped(engine, 2, 2, 24))
})

// One head of one row at a time, two rows at a time, and all at once.
describe.each(engines.filter(engine => engine !== 'reference'))('on %s', engine => {
  test.each([
    [2, 2, 600],
    [4, 1, 500],
    [2, 2, 24],
  ])(
    'attention over %d rows with %d heads of %d² weights drops what each part of the mask says',
    (batch, heads, length) => expectDropped(engine, batch, heads, length),
  )
})

async function expectDropped(engine: Engine, batch: number, heads: number, length: number) {
  const [width, seed, site, rate] = [2, 31, 4, 0.2]
  const { rows, headsEach } = atOnce(batch, heads, length * length)
  const parts = (batch / rows) * (heads / headsEach)
  const size = rows * headsEach * length * length
  const masks = Array.from({ length: parts }, (_, part) => dropoutMask(size, rate, seed, site, { part, parts }))
  const inputs = {
    q: someFloats([batch, heads, length, width], 1),
    k: someFloats([batch, heads, width, length], 2),
    v: someFloats([batch, heads, width, length], 3),
    bias: someFloats([batch, 1, 1, length], 4),
  }
  const mask = floats(
    [batch, heads, length, length],
    masks.flatMap(part => [...part].map(kept => kept / (1 - rate))),
  )
  const dropping: Op = ({ q, k, v, bias, seed }) => attention(q!, k!, v!, bias!, { rate, seed: seed!, site })
  const withGradients = (op: Op) => (given: Readonly<Record<string, tf.Tensor>>) => {
    const { q, k, v } = given
    const loss = (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor) => tf.sum(tf.square(op({ ...given, q, k, v })))
    const [dq, dk, dv] = tf.grads(loss)([q!, k!, v!])
    return { y: op(given), dq: dq!, dk: dk!, dv: dv! }
  }
  const found = await calculate(engine, withGradients(dropping), { ...inputs, seed: ints([1], [seed]) })
  const expected = await calculate(engine, withGradients(plain), { ...inputs, mask })
  for (const name of Object.keys(expected)) expect(farthest(found[name]!, expected[name]!)).toBeLessThan(1e-5)
}
