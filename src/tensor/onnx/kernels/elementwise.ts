import type { CastAttrs, ClipByValueAttrs, LeakyReluAttrs } from '@tensorflow/tfjs-core'
import { dataType } from '../encode.ts'
import { type ElementType, type Graph, uniform, type Value } from '../graph.ts'
import { type Lowering, lowering } from './lowering.ts'

/** Numbers that leave the other operand as it is. */
interface Neutral {
  readonly left?: number
  readonly right?: number
}

const binary = (op: string, { left, right }: Neutral = {}, type?: ElementType): Lowering =>
  lowering<'a' | 'b'>((graph, { a, b }) => {
    const result = graph.elementwise(op, [a, b], type ?? a.type)
    if (right !== undefined && uniform(b) === right) return graph.broadcast(a, result.shape)
    if (left !== undefined && uniform(a) === left) return graph.broadcast(b, result.shape)
    return result
  })
const comparison = (op: string): Lowering => binary(op, {}, 'bool')

const unary = (op: string): Lowering => lowering<'x'>((graph, { x }) => graph.elementwise(op, [x], x.type))

/** Casts; a value of that type already comes back as it is. */
export const cast = (graph: Graph, x: Value, type: ElementType): Value => {
  if (x.type === type) return x
  // A mask is kept as bytes from the forward to the backward pass; a shared float copy of it would live as long.
  const again = x.type === 'bool'
  return graph.elementwise('Cast', [x], type, { attributes: { to: dataType[type] }, again })
}

const reciprocal = (graph: Graph, x: Value) => graph.elementwise('Reciprocal', [x], x.type)
const constantLike = (graph: Graph, number: number, x: Value) => graph.scalar(number, x.type)

export const elementwise: Record<string, Lowering> = {
  Abs: unary('Abs'),
  Add: binary('Add', { left: 0, right: 0 }),
  AddN: lowering<string>((graph, inputs) =>
    Object.values(inputs).reduce((sum, each) => graph.elementwise('Add', [sum, each], each.type)),
  ),
  Cast: lowering<'x', CastAttrs>((graph, { x }, { dtype }) => cast(graph, x, dtype as ElementType)),
  Ceil: unary('Ceil'),
  ClipByValue: lowering<'x', ClipByValueAttrs>((graph, { x }, { clipValueMin, clipValueMax }) =>
    graph.elementwise('Clip', [x, constantLike(graph, clipValueMin, x), constantLike(graph, clipValueMax, x)], x.type),
  ),
  Cos: unary('Cos'),
  Elu: unary('Elu'),
  Equal: comparison('Equal'),
  Erf: unary('Erf'),
  Exp: unary('Exp'),
  Floor: unary('Floor'),
  Greater: comparison('Greater'),
  GreaterEqual: comparison('GreaterOrEqual'),
  Identity: lowering<'x'>((_, { x }) => x),
  LeakyRelu: lowering<'x', LeakyReluAttrs>((graph, { x }, { alpha }) =>
    graph.elementwise('LeakyRelu', [x], x.type, { attributes: { alpha: { float: alpha } } }),
  ),
  Less: comparison('Less'),
  LessEqual: comparison('LessOrEqual'),
  Log: unary('Log'),
  LogicalAnd: comparison('And'),
  LogicalNot: unary('Not'),
  LogicalOr: comparison('Or'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Multiply: binary('Mul', { left: 1, right: 1 }),
  Neg: unary('Neg'),
  NotEqual: lowering<'a' | 'b'>((graph, { a, b }) =>
    graph.elementwise('Not', [graph.elementwise('Equal', [a, b], 'bool')], 'bool'),
  ),
  OnesLike: lowering<'x'>((graph, { x }) => graph.broadcast(constantLike(graph, 1, x), x.shape)),
  Pow: binary('Pow', { right: 1 }),
  RealDiv: binary('Div', { right: 1 }),
  Reciprocal: lowering<'x'>((graph, { x }) => reciprocal(graph, x)),
  Relu: unary('Relu'),
  Rsqrt: lowering<'x'>((graph, { x }) => reciprocal(graph, graph.elementwise('Sqrt', [x], x.type))),
  Select: lowering<'condition' | 't' | 'e'>((graph, { condition, t, e }) =>
    graph.elementwise('Where', [condition, t, e], t.type),
  ),
  Sigmoid: unary('Sigmoid'),
  Sign: unary('Sign'),
  Sin: unary('Sin'),
  Softplus: unary('Softplus'),
  Sqrt: unary('Sqrt'),
  Square: lowering<'x'>((graph, { x }) => graph.elementwise('Mul', [x, x], x.type)),
  SquaredDifference: lowering<'a' | 'b'>((graph, { a, b }) => {
    const difference = graph.elementwise('Sub', [a, b], a.type)
    return graph.elementwise('Mul', [difference, difference], a.type)
  }),
  Step: lowering<'x'>((graph, { x }) =>
    cast(graph, graph.elementwise('Greater', [x, constantLike(graph, 0, x)], 'bool'), x.type),
  ),
  Sub: binary('Sub', { right: 0 }),
  Tanh: unary('Tanh'),
  ZerosLike: lowering<'x'>((graph, { x }) => graph.broadcast(constantLike(graph, 0, x), x.shape)),
}
