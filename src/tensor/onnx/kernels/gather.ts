import type { GatherV2Attrs, OneHotAttrs, ScatterNdAttrs, UnsortedSegmentSumAttrs } from '@tensorflow/tfjs-core'
import { axisOf } from '../../shape.ts'
import { tensorError } from '../../tensor-error.ts'
import type { ElementType, Graph, Value } from '../graph.ts'
import { cast } from './elementwise.ts'
import { type Lowering, lowering } from './lowering.ts'
import { reshape } from './shape.ts'

export const gather: Record<string, Lowering> = {
  GatherV2: lowering<'x' | 'indices', GatherV2Attrs>((graph, { x, indices }, { axis: given, batchDims }) => {
    if (batchDims) {
      throw tensorError({
        code: 'trace-kernel',
        message: `The step gathers with batchDims ${batchDims}, which has no counterpart for ONNX Runtime here; expected 0.`,
      })
    }
    const axis = axisOf(given, x.shape.length)
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)]
    return graph.op('Gather', [x, indices], shape, x.type, { attributes: { axis } })
  }),
  /** By comparison: ONNX's own OneHot counts negative indices from the end, and ONNX Runtime lacks it for int32. */
  OneHot: lowering<'indices', OneHotAttrs>((graph, { indices }, { depth, onValue, offValue, dtype }) => {
    const classes = graph.op(
      'Range',
      [0, depth, 1].map(each => graph.scalar(each, 'int32')),
      [depth],
      'int32',
    )
    const hot = graph.elementwise('Equal', [reshape(graph, indices, [...indices.shape, 1]), classes], 'bool')
    const type = dtype as ElementType
    if (onValue === 1 && offValue === 0) return cast(graph, hot, type)
    return graph.elementwise('Where', [hot, graph.scalar(onValue, type), graph.scalar(offValue, type)], type)
  }),
  ScatterNd: lowering<'indices' | 'updates', ScatterNdAttrs>((graph, { indices, updates }, { shape }) =>
    addInto(graph, shape, indices, updates),
  ),
  UnsortedSegmentSum: lowering<'x' | 'segmentIds', UnsortedSegmentSumAttrs>(
    (graph, { x, segmentIds }, { numSegments }) => {
      const shape = [numSegments, ...x.shape.slice(segmentIds.shape.length)]
      return addInto(graph, shape, reshape(graph, segmentIds, [...segmentIds.shape, 1]), x)
    },
  ),
}

/** Zeros of this shape, with `updates` added where `indices` say; those that meet at one place are summed. */
const addInto = (graph: Graph, shape: readonly number[], indices: Value, updates: Value): Value => {
  const zeros = graph.solid(graph.broadcast(graph.scalar(0, updates.type), shape))
  const inputs = [zeros, cast(graph, indices, 'int64'), updates]
  return graph.op('ScatterND', inputs, shape, updates.type, { attributes: { reduction: 'add' } })
}
