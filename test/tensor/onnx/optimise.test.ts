import { expect, test } from 'vitest'
import type { Specs, Tensors } from '../../../src/tensor/backend.types.ts'
import type { Graph } from '../../../src/tensor/onnx/graph.ts'
import { optimise } from '../../../src/tensor/onnx/optimise.ts'
import { trace } from '../../../src/tensor/onnx/trace.ts'
import { dropout } from '../../../src/tensor/ops/dropout.ts'
import * as tf from '../../../src/tensor/tf.ts'
import { calculate, farthest, type Given, someFloats, specsOf } from '../calculate.ts'

type Step = (inputs: Record<string, tf.Tensor>) => tf.Tensor
const x = someFloats([6, 4], 1)
const w = someFloats([4, 6], 2)
const v = someFloats([6, 4], 3)
const bias = someFloats([6], 4)
const wide = someFloats([2, 3, 40, 40], 5)
const narrow = someFloats([2, 3, 40, 5], 6)

/** `Gemm alpha 0.5`, `Transpose`: a graph's nodes with the factors that were absorbed. */
const nodes = (graph: Graph): string[] =>
  graph.nodes.map(({ op, attributes }) => {
    const factors = ['alpha', 'beta'].flatMap(name => {
      const value = attributes[name]
      return typeof value === 'object' && 'float' in value && value.float !== 1 ? [`${name} ${value.float}`] : []
    })
    return [op, ...factors].join(' ')
  })

test.each<[what: string, step: Step, inputs: Readonly<Record<string, Given>>, expected: string[]]>([
  [
    'a bias becomes part of its product',
    ({ x, w, bias }) => tf.add(tf.matMul(x!, w!), bias!),
    { x, w, bias },
    ['Gemm'],
  ],
  ['a factor before a product', ({ x, w }) => tf.matMul(tf.mul(x!, 0.5), w!), { x, w }, ['Gemm alpha 0.5']],
  ['a factor behind one', ({ x, w }) => tf.exp(tf.mul(tf.matMul(x!, w!), 0.5)), { x, w }, ['Gemm alpha 0.5', 'Exp']],
  [
    'a factor behind a product and its bias',
    ({ x, w, bias }) => tf.exp(tf.mul(tf.add(tf.matMul(x!, w!), bias!), 0.5)),
    { x, w, bias },
    ['Gemm alpha 0.5 beta 0.5', 'Exp'],
  ],
  [
    'factors across reshapes, transposes and products of elements',
    ({ a, b }) => tf.matMul(tf.transpose(tf.mul(tf.mul(tf.matMul(a!, b!), 0.5), b!), [0, 1, 3, 2]), tf.mul(a!, 4)),
    { a: wide, b: narrow },
    ['FusedMatMul', 'Mul', 'Transpose', 'FusedMatMul alpha 2'],
  ],
  [
    'two factors for the two sides of one product',
    ({ x, w }) => tf.matMul(tf.mul(x!, 0.5), tf.mul(w!, 3)),
    { x, w },
    ['Gemm alpha 1.5'],
  ],
  [
    'no factor that something else takes too',
    ({ x, w }) => {
      const half = tf.mul(x!, 0.5)
      return tf.mul(tf.matMul(tf.exp(half), w!), tf.sum(tf.matMul(half, w!)))
    },
    { x, w },
    ['Mul', 'Exp', 'Gemm', 'Gemm', 'ReduceSum', 'Mul'],
  ],
  [
    'no factor of a value that is multiplied by itself',
    ({ x, w }) => {
      const half = tf.mul(x!, 0.5)
      return tf.matMul(tf.mul(half, half), w!)
    },
    { x, w },
    ['Mul', 'Mul', 'Gemm'],
  ],
  [
    'a sum of two products: the second adds the first',
    ({ x, w, v }) => tf.add(tf.matMul(x!, w!), tf.matMul(v!, w!)),
    { x, w, v },
    ['Gemm', 'Gemm'],
  ],
  [
    'no sum into a product that is used elsewhere',
    ({ x, w, bias }) => {
      const product = tf.matMul(x!, w!)
      return tf.mul(tf.add(product, bias!), product)
    },
    { x, w, bias },
    ['Gemm', 'Add', 'Mul'],
  ],
  [
    'a transposed wide matrix times a narrow one is turned',
    ({ a, b }) => tf.exp(tf.matMul(a!, b!, true)),
    { a: wide, b: narrow },
    ['FusedMatMul', 'Transpose', 'Exp'],
  ],
  [
    'and its transpose merges with the next',
    ({ a, b }) => tf.exp(tf.transpose(tf.matMul(a!, b!, true), [0, 2, 1, 3])),
    { a: wide, b: narrow },
    ['FusedMatMul', 'Transpose', 'Exp'],
  ],
  [
    'ones and zeros of any size stay one number',
    ({ x }) => tf.add(tf.mul(x!, tf.ones([6, 4])), tf.zeros([6, 4])),
    { x },
    ['Identity'],
  ],
  ['what is made twice is made once', ({ x }) => tf.mul(tf.exp(x!), tf.exp(x!)), { x }, ['Exp', 'Mul']],
])('%s', async (_, step, inputs, expected) => {
  const named = (tensors: Tensors): Tensors => ({ y: step(tensors as Record<string, tf.Tensor>) })
  expect(nodes(optimise(trace(named, specsOf(inputs))))).toEqual(expected)
  const [found, reference] = [await calculate('onnx', named, inputs), await calculate('reference', named, inputs)]
  expect(farthest(found.y!, reference.y!)).toBeLessThan(1e-5)
})

test("dropout's factor disappears into the layer before it, and its mask is not kept as floats", () => {
  const specs: Specs = {
    x: { shape: [6, 4], dtype: 'float32' },
    w: { shape: [4, 6], dtype: 'float32' },
    seed: { shape: [1], dtype: 'int32' },
  }
  const step = ({ x, w, seed }: Tensors): Tensors => {
    const loss = (w: tf.Tensor) => tf.sum(tf.exp(dropout(tf.matMul(x!, w), 0.5, seed!, 0)))
    return { g: tf.grad(loss)(w!) }
  }
  const found = nodes(optimise(trace(step, specs)))
  expect(found.filter(node => /Gemm/.test(node))).toEqual(['Gemm alpha 2', 'Gemm alpha 2'])
  const casts = optimise(trace(step, specs)).nodes.filter(
    ({ op, inputs }) => op === 'Cast' && inputs[0]!.type === 'bool',
  )
  expect(casts.length).toBe(2)
})
