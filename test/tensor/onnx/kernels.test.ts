import { describe, expect, test } from 'vitest'
import type { Tensors } from '../../../src/tensor/backend.types.ts'
import { lowerings } from '../../../src/tensor/onnx/lowerings.ts'
import * as tf from '../../../src/tensor/tf.ts'
import { calculate, farthest, floats, type Given, ints, someFloats } from '../calculate.ts'

type Step = (inputs: Record<string, tf.Tensor>) => tf.Tensor | readonly tf.Tensor[]
type Case = readonly [step: Step, inputs: Readonly<Record<string, Given>>]

const x = someFloats([2, 3, 4])
const y = someFloats([2, 3, 4], 2)
const row = someFloats([4], 3)
const column = someFloats([3, 1], 4)
const positive = floats([2, 3], [0.5, 1, 2, 3.5, 0.01, 10])
const mixed = floats([6], [-2, -0.5, 0, 0.5, 1, 2])
const a = ints([2, 3], [1, 2, 3, 4, 5, 6])
const b = ints([2, 3], [1, 3, 2, 4, 6, 5])
const truth = (t: tf.Tensor) => tf.greater(t, 0)
const number = (t: tf.Tensor) => tf.cast(t, 'float32')

const on = (op: (x: tf.Tensor) => tf.Tensor, given: Given = x): Case => [({ x }) => op(x!), { x: given }]
const of = (op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, a: Given, b: Given): Case => [
  ({ a, b }) => op(a!, b!),
  { a, b },
]
/** A comparison or logical operation, whose result is made a number. */
const compare = (op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Case[] => [
  of((p, q) => number(op(p, q)), a, b),
  of((p, q) => number(op(p, q)), x, row),
]
const logic = (op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Case[] => [
  of((p, q) => number(op(truth(p), truth(q))), x, row),
]
const arithmetic = (op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Case[] => [
  of(op, x, y),
  of(op, x, row),
  of(op, row, x),
  of(op, column, x),
  [({ x }) => op(x!, tf.scalar(0.5)), { x }],
]
const reduced = (op: (x: tf.Tensor, axis?: number | number[], keep?: boolean) => tf.Tensor): Case[] => [
  on(t => op(t)),
  on(t => op(t, -1)),
  on(t => op(t, [0, 2], true)),
  on(t => op(tf.reshape(t, [1, 6, 4]), 0)),
]

const matrix = someFloats([3, 4], 5)
const other = someFloats([4, 2], 6)
const table = someFloats([5, 3], 7)
const heads = someFloats([2, 2, 3, 4], 8)
const others = someFloats([2, 2, 4, 5], 9)

const cases: Readonly<Record<string, readonly Case[]>> = {
  Abs: [on(tf.abs)],
  Add: [...arithmetic(tf.add), of(tf.add, a, b), on(t => tf.add(t, 0)), on(t => tf.add(0, t))],
  AddN: [[({ x, y }) => tf.addN([x!, y!, x!]), { x, y }]],
  BatchMatMul: [
    of((p, q) => tf.matMul(p, q), matrix, other),
    of((p, q) => tf.matMul(p, q, true, true), someFloats([4, 3]), someFloats([2, 4])),
    of((p, q) => tf.matMul(p, q), heads, others),
    of((p, q) => tf.matMul(p, q, false, true), heads, someFloats([2, 2, 6, 4])),
    of((p, q) => tf.matMul(p, q, true, false), heads, someFloats([2, 2, 3, 6])),
    of((p, q) => tf.matMul(p, q), x, someFloats([1, 4, 2])),
    of((p, q) => tf.matMul(p, q, true), someFloats([1, 2, 40, 40]), someFloats([1, 2, 40, 3])),
  ],
  Cast: [
    on(t => tf.cast(t, 'int32'), floats([4], [-1.7, -0.2, 0.2, 1.7])),
    on(t => number(t), a),
    on(t => number(tf.cast(t, 'bool')), floats([3], [0, 0.5, -3])),
    on(t => tf.cast(t, 'float32')),
  ],
  Ceil: [on(tf.ceil, mixed)],
  ClipByValue: [on(t => tf.clipByValue(t, -0.5, 0.25))],
  Concat: [
    [({ x, y }) => tf.concat([x!, y!], 1), { x, y }],
    of((p, q) => tf.concat([p, q], -1), x, someFloats([2, 3, 1])),
  ],
  Cos: [on(tf.cos)],
  Elu: [on(tf.elu, mixed)],
  Equal: compare(tf.equal),
  Erf: [on(tf.erf, mixed)],
  Exp: [on(tf.exp)],
  ExpandDims: [on(t => tf.expandDims(t, 1)), on(t => tf.expandDims(t, -1))],
  Fill: [on(t => tf.add(t, tf.fill([3, 4], 2.5)))],
  Floor: [on(tf.floor, mixed)],
  GatherV2: [
    of((t, i) => tf.gather(t, i), table, ints([2, 2], [4, 0, 0, 3])),
    of((t, i) => tf.gather(t, i, -1), table, ints([2], [2, 0])),
  ],
  Greater: compare(tf.greater),
  GreaterEqual: compare(tf.greaterEqual),
  Identity: [on(tf.clone)],
  LeakyRelu: [on(t => tf.leakyRelu(t, 0.3), mixed)],
  Less: compare(tf.less),
  LessEqual: compare(tf.lessEqual),
  Log: [on(tf.log, positive)],
  LogSoftmax: [on(tf.logSoftmax)],
  LogicalAnd: logic(tf.logicalAnd),
  LogicalNot: [on(t => number(tf.logicalNot(truth(t))))],
  LogicalOr: logic(tf.logicalOr),
  Max: [...reduced(tf.max), on(t => tf.max(t, 1), a)],
  Maximum: [...arithmetic(tf.maximum), of(tf.maximum, a, b)],
  Mean: reduced(tf.mean),
  Min: reduced(tf.min),
  Minimum: [...arithmetic(tf.minimum), of(tf.minimum, a, b)],
  Multiply: [...arithmetic(tf.mul), of(tf.mul, a, b), on(t => tf.mul(t, 1)), on(t => tf.mul(1, t))],
  Neg: [on(tf.neg), on(tf.neg, a)],
  NotEqual: compare(tf.notEqual),
  OneHot: [
    on(i => number(tf.oneHot(i, 4)), ints([5], [0, 3, 1, 9, -1])),
    on(i => tf.oneHot(i, 3, 5, -1, 'float32'), ints([2, 2], [0, 1, 2, 0])),
  ],
  OnesLike: [on(t => tf.add(t, tf.onesLike(t)))],
  Pack: [
    [({ x, y }) => tf.stack([x!, y!], 1), { x, y }],
    [({ x }) => tf.stack([x!, tf.ones([2, 3, 4])]), { x }],
  ],
  PadV2: [
    on(t =>
      tf.pad(
        t,
        [
          [0, 0],
          [1, 2],
          [0, 1],
        ],
        7,
      ),
    ),
    on(t =>
      tf.pad(t, [
        [0, 0],
        [0, 0],
        [0, 0],
      ]),
    ),
  ],
  Pow: [of(tf.pow, positive, someFloats([2, 3])), on(t => tf.pow(t, 3), positive), on(t => tf.pow(t, 1), positive)],
  Prod: reduced(tf.prod),
  RealDiv: [of(tf.div, x, floats([4], [1, 2, -3, 0.5])), on(t => tf.div(t, 1)), on(t => tf.div(t, 3))],
  Reciprocal: [on(tf.reciprocal, positive)],
  Relu: [on(tf.relu, mixed)],
  Reshape: [
    on(t => tf.reshape(tf.reshape(t, [6, 4]), [2, -1])),
    on(t => tf.add(tf.sum(t), tf.reshape(tf.ones([6]), [2, 3]))),
    on(t => tf.add(tf.reshape(tf.reshape(t, [24]), [2, 3, 4]), 1)),
  ],
  Rsqrt: [on(tf.rsqrt, positive)],
  ScatterNd: [
    of((t, i) => tf.scatterND(i, t, [5, 3]), table, ints([5, 1], [3, 0, 3, 3, 1])),
    of((t, i) => tf.scatterND(i, t, [2, 3]), row, ints([4, 2], [1, 0, 1, 2, 1, 0, 0, 1])),
  ],
  Select: [
    [({ x, y }) => tf.where(truth(x!), x!, y!), { x, y }],
    [({ x }) => tf.where(truth(x!), x!, tf.zerosLike(x!)), { x }],
  ],
  Sigmoid: [on(tf.sigmoid)],
  Sign: [on(tf.sign, mixed)],
  Sin: [on(tf.sin)],
  Slice: [
    on(t => tf.slice(t, [0, 1, 0], [2, -1, 3])),
    on(t => tf.slice(t, [0, 0, 0], [2, 3, 4])),
    on(t => tf.slice(t, 1)),
  ],
  Softmax: [on(tf.softmax), on(t => tf.softmax(tf.mul(t, 90)))],
  Softplus: [on(tf.softplus)],
  SplitV: [
    on(t => tf.add(...(tf.split(t, 2, 2) as [tf.Tensor, tf.Tensor]))),
    [({ x }) => tf.split(x!, [1, 3], -1), { x }],
  ],
  Sqrt: [on(tf.sqrt, positive)],
  Square: [on(tf.square)],
  SquaredDifference: [of(tf.squaredDifference, x, row)],
  Step: [on(t => tf.step(t), mixed)],
  Sub: [...arithmetic(tf.sub), of(tf.sub, a, b), on(t => tf.sub(t, 0)), on(t => tf.sub(0, t))],
  Sum: [...reduced(tf.sum), on(t => tf.sum(t, 0), a)],
  Tanh: [on(tf.tanh)],
  Tile: [on(t => tf.tile(t, [2, 1, 3]))],
  Transpose: [
    on(t => tf.transpose(t, [2, 0, 1])),
    on(t => tf.transpose(tf.transpose(t, [2, 0, 1]), [1, 2, 0])),
    on(t => tf.transpose(tf.reshape(t, [2, 1, 12]), [1, 0, 2])),
  ],
  Unpack: [
    [({ x }) => tf.unstack(x!, 1), { x }],
    [({ x }) => tf.unstack(x!, -1), { x }],
  ],
  UnsortedSegmentSum: [
    of((t, i) => tf.unsortedSegmentSum(t, i as tf.Tensor1D, 5), table, ints([5], [3, 0, 3, 3, 1])),
    of((t, i) => tf.unsortedSegmentSum(t, i as tf.Tensor1D, 2), row, ints([4], [1, 0, 1, 1])),
  ],
  ZerosLike: [on(t => tf.add(t, tf.zerosLike(t)))],
}

/** Our own kernels have tests of their own, in ../ops. */
const own = ['DropoutMask', 'Gelu', 'LayerNormalization']

test('the table below covers the table of lowerings', () => {
  expect([...Object.keys(cases), ...own].toSorted()).toEqual(Object.keys(lowerings).toSorted())
})

describe.each(Object.entries(cases))('%s', (kernel, cases) => {
  test.each(cases.map((each, index) => [index, ...each] as const))(
    'case %d equals the reference',
    async (_, step, inputs) => {
      const named = (tensors: Tensors): Tensors => {
        const made = step(tensors as Record<string, tf.Tensor>)
        return Object.fromEntries(
          (Array.isArray(made) ? made : [made]).map((tensor: tf.Tensor, at) => [`${kernel}${at}`, tensor]),
        )
      }
      const [found, expected] = [await calculate('onnx', named, inputs), await calculate('reference', named, inputs)]
      expect(Object.keys(found)).toEqual(Object.keys(expected))
      for (const name of Object.keys(expected)) {
        expect(found[name]!.constructor).toBe(expected[name]!.constructor)
        expect(farthest(found[name]!, expected[name]!)).toBeLessThan(1e-6)
      }
    },
  )
})
