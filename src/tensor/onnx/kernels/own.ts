import { maskGrid, maskSalts, maskThreshold, mixFactors } from '../../ops/dropout-mask.ts'
import type { OwnKernel } from '../../ops/own-kernel.ts'
import { dataType } from '../encode.ts'
import { elementArray, type Graph, type Value } from '../graph.ts'
import { type Lowering, lowering } from './lowering.ts'
import { reshape, slice } from './shape.ts'

interface MaskAttrs {
  readonly shape: readonly number[]
  readonly rate: number
  readonly site: number
  readonly part: number
  readonly parts: number
}

/** The kernels of our own: the ops in src/tensor/ops say what they compute. */
export const own: Record<OwnKernel, Lowering> = {
  DropoutMask: lowering<'seed', MaskAttrs>((graph, { seed }, { shape, rate, site, part, parts }) => {
    const { rows, columns } = maskGrid(shape.reduce((size, length) => size * length, 1))
    const { rowSalt, columnSalt } = maskSalts(site)
    const word = words(graph, reshape(graph, seed, [1]))
    const allRows = graph.elementwise('BitwiseOr', [word(rows * parts, rowSalt), uint(graph, 1)], 'uint32')
    const rowWords = slice(graph, asInt(graph, allRows), [part * rows], [rows])
    const columnWords = asInt(graph, word(columns, columnSalt))
    const products = graph.elementwise('Mul', [reshape(graph, rowWords, [rows, 1]), columnWords], 'int32')
    const threshold = graph.scalar(maskThreshold(rate), 'int32')
    return reshape(graph, graph.elementwise('GreaterOrEqual', [products, threshold], 'bool'), shape)
  }),
  Gelu: lowering<'x'>((graph, { x }) => graph.elementwise('Gelu', [x], x.type)),
  LayerNormalization: lowering<'x' | 'weight' | 'bias', { readonly epsilon: number }>(
    (graph, { x, weight, bias }, { epsilon }) => {
      const statistic = [...x.shape.slice(0, -1), 1]
      const outputs = [x.shape, statistic, statistic].map(shape => [shape, x.type] as const)
      const attributes = { axis: -1, epsilon: { float: epsilon } }
      return graph.ops('LayerNormalization', [x, weight, bias], outputs, { attributes })
    },
  ),
}

const uint = (graph: Graph, word: number): Value => graph.constant(elementArray('uint32', [word]), [], 'uint32')
const asUint = (graph: Graph, x: Value) =>
  graph.elementwise('Cast', [x], 'uint32', { attributes: { to: dataType.uint32 } })
const asInt = (graph: Graph, x: Value) =>
  graph.elementwise('Cast', [x], 'int32', { attributes: { to: dataType.int32 } })

/** The words of dropout-mask.ts, `length` of them, as uint32. */
const words =
  (graph: Graph, seed: Value) =>
  (length: number, salt: number): Value => {
    const bounds = [0, length, 1].map(each => graph.scalar(each, 'int32'))
    const indices = graph.op('Range', bounds, [length], 'int32')
    const key = mixed(graph, xor(graph, asUint(graph, seed), uint(graph, salt)))
    return mixed(graph, xor(graph, mixed(graph, asUint(graph, indices)), key))
  }

const xor = (graph: Graph, a: Value, b: Value) => graph.elementwise('BitwiseXor', [a, b], 'uint32')
const multiply = (graph: Graph, x: Value, factor: number) =>
  graph.elementwise('Mul', [x, uint(graph, factor)], 'uint32')
const fold = (graph: Graph, x: Value, by: number) =>
  xor(graph, x, graph.elementwise('BitShift', [x, uint(graph, by)], 'uint32', { attributes: { direction: 'RIGHT' } }))

/** `mix` of dropout-mask.ts. */
const mixed = (graph: Graph, x: Value) =>
  fold(graph, multiply(graph, fold(graph, multiply(graph, fold(graph, x, 16), mixFactors[0]), 15), mixFactors[1]), 16)
