import type {
  ConcatAttrs,
  ExpandDimsAttrs,
  FillAttrs,
  PackAttrs,
  PadV2Attrs,
  ReshapeAttrs,
  SliceAttrs,
  SplitVAttrs,
  TileAttrs,
  TransposeAttrs,
  UnpackAttrs,
} from '@tensorflow/tfjs-core'
import { axisOf, sameShape } from '../../shape.ts'
import * as tf from '../../tf.ts'
import { type ElementType, elements, type Graph, uniform, type Value } from '../graph.ts'
import { type Lowering, lowering } from './lowering.ts'

/** The same elements in another shape. Chains of reshapes become one; one number repeated stays lazy. */
export const reshape = (graph: Graph, x: Value, shape: readonly number[]): Value => {
  if (sameShape(x.shape, shape)) return x
  const number = uniform(x)
  if (number !== undefined) return graph.broadcast(graph.scalar(number, x.type), shape)
  const from = x.node?.op === 'Reshape' ? x.node.inputs[0]! : x
  return sameShape(from.shape, shape) ? from : graph.op('Reshape', [from, graph.ints(...shape)], shape, x.type)
}

/** The part of `x` from `begin`, `size` long, along every axis. */
export const slice = (graph: Graph, x: Value, begin: readonly number[], size: readonly number[]): Value => {
  const axes = x.shape.map((_, axis) => axis).filter(axis => size[axis] !== x.shape[axis])
  if (axes.length === 0) return x
  const ends = axes.map(axis => begin[axis]! + size[axis]!)
  const bounds = [graph.ints(...axes.map(axis => begin[axis]!)), graph.ints(...ends), graph.ints(...axes)]
  return graph.op('Slice', [x, ...bounds], size, x.type)
}

const withAxis = (shape: readonly number[], axis: number, length: number) => shape.with(axis, length)

export const shape: Record<string, Lowering> = {
  Concat: lowering<string, ConcatAttrs>((graph, inputs, attrs) => {
    const parts = Object.values(inputs)
    const { shape, type } = parts[0]!
    const axis = axisOf(attrs.axis, shape.length)
    const length = parts.reduce((sum, part) => sum + part.shape[axis]!, 0)
    return graph.op('Concat', parts, withAxis(shape, axis, length), type, { attributes: { axis } })
  }),
  ExpandDims: lowering<'input', ExpandDimsAttrs>((graph, { input }, { dim }) =>
    reshape(graph, input, input.shape.toSpliced(axisOf(dim, input.shape.length + 1), 0, 1)),
  ),
  Fill: lowering<never, FillAttrs>((graph, _, { shape, value, dtype }) =>
    graph.broadcast(graph.scalar(value as number, (dtype ?? 'float32') as ElementType), shape),
  ),
  Pack: lowering<string, PackAttrs>((graph, inputs, { axis }) => {
    const parts = Object.values(inputs).map(part => reshape(graph, part, part.shape.toSpliced(axis, 0, 1)))
    const { shape, type } = parts[0]!
    return graph.op('Concat', parts, withAxis(shape, axis, parts.length), type, { attributes: { axis } })
  }),
  PadV2: lowering<'x', PadV2Attrs>((graph, { x }, { paddings, constantValue }) => {
    const [before, after] = [paddings.map(([first]) => first), paddings.map(([, last]) => last)]
    const padded = x.shape.map((length, axis) => before[axis]! + length + after[axis]!)
    if (sameShape(padded, x.shape)) return x
    return graph.op('Pad', [x, graph.ints(...before, ...after), graph.scalar(constantValue, x.type)], padded, x.type)
  }),
  Reshape: lowering<'x', ReshapeAttrs>((graph, { x }, { shape }) =>
    reshape(graph, x, tf.util.inferFromImplicitShape(shape, elements(x))),
  ),
  Slice: lowering<'x', SliceAttrs>((graph, { x }, attrs) => {
    const [begin, size] = tf.slice_util.parseSliceParams({ shape: [...x.shape] } as never, attrs.begin, attrs.size)
    return slice(graph, x, begin!, size!)
  }),
  SplitV: lowering<'x', SplitVAttrs>((graph, { x }, attrs) => {
    const axis = axisOf(attrs.axis, x.shape.length)
    const sizes = tf.backend_util.prepareSplitSize({ shape: [...x.shape] } as never, attrs.numOrSizeSplits, axis)
    if (sizes.length === 1) return [x]
    const outputs = sizes.map(size => [withAxis(x.shape, axis, size), x.type] as const)
    return graph.ops('Split', [x, graph.ints(...sizes)], outputs, { attributes: { axis } })
  }),
  Tile: lowering<'x', TileAttrs>((graph, { x }, { reps }) =>
    graph.op(
      'Tile',
      [x, graph.ints(...reps)],
      x.shape.map((length, axis) => length * reps[axis]!),
      x.type,
    ),
  ),
  Transpose: lowering<'x', TransposeAttrs>((graph, { x }, { perm }) => {
    const inner = x.node?.op === 'Transpose' ? x.node : undefined
    const before = inner?.attributes.perm as readonly number[] | undefined
    return transpose(graph, inner?.inputs[0] ?? x, before ? perm.map(axis => before[axis]!) : perm)
  }),
  Unpack: lowering<'value', UnpackAttrs>((graph, { value }, attrs) => {
    const axis = axisOf(attrs.axis, value.shape.length)
    const begin = (index: number) => value.shape.map((_, each) => (each === axis ? index : 0))
    const rest = value.shape.toSpliced(axis, 1)
    return Array.from({ length: value.shape[axis]! }, (_, index) =>
      reshape(graph, slice(graph, value, begin(index), withAxis(value.shape, axis, 1)), rest),
    )
  }),
}

const transpose = (graph: Graph, x: Value, perm: readonly number[]): Value => {
  if (perm.every((axis, place) => axis === place)) return x
  const shape = perm.map(axis => x.shape[axis]!)
  // Where only axes of length 1 change places, the elements stay where they are.
  const moving = perm.filter(axis => x.shape[axis] !== 1)
  if (moving.every((axis, place) => place === 0 || axis > moving[place - 1]!)) return reshape(graph, x, shape)
  return graph.op('Transpose', [x], shape, x.type, { attributes: { perm: [...perm] } })
}
