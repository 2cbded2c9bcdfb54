import type { LogSoftmaxAttrs, SoftmaxAttrs } from '@tensorflow/tfjs-core'
import { axisOf } from '../../shape.ts'
import * as tf from '../../tf.ts'
import { type Lowering, lowering } from './lowering.ts'
import { reshape } from './shape.ts'

interface ReduceAttrs {
  readonly axis?: number | number[]
  /** What `Max` and `Min` call it. */
  readonly reductionIndices?: number | number[]
  readonly keepDims?: boolean
}

const reduction = (op: string): Lowering =>
  lowering<'x', ReduceAttrs>((graph, { x }, { axis, reductionIndices, keepDims = false }) => {
    const axes = tf.util.parseAxisParam((axis ?? reductionIndices)!, [...x.shape])
    const kept = x.shape.map((length, each) => (axes.includes(each) ? 1 : length))
    const shape = keepDims ? kept : x.shape.filter((_, each) => !axes.includes(each))
    if (axes.every(each => x.shape[each] === 1)) return reshape(graph, x, shape)
    const attributes = { keepdims: keepDims ? 1 : 0 }
    return graph.op(op, [x, graph.ints(...axes)], shape, x.type, { attributes })
  })

export const reduce: Record<string, Lowering> = {
  LogSoftmax: lowering<'logits', LogSoftmaxAttrs>((graph, { logits }, { axis }) =>
    graph.op('LogSoftmax', [logits], logits.shape, logits.type, {
      attributes: { axis: axisOf(axis, logits.shape.length) },
    }),
  ),
  Max: reduction('ReduceMax'),
  Mean: reduction('ReduceMean'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  Softmax: lowering<'logits', SoftmaxAttrs>((graph, { logits }, { dim }) =>
    graph.op('Softmax', [logits], logits.shape, logits.type, {
      attributes: { axis: axisOf(dim, logits.shape.length) },
    }),
  ),
  Sum: reduction('ReduceSum'),
}
