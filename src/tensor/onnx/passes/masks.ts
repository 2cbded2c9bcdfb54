import { sameShape } from '../../shape.ts'
import type { Graph, Node, Value } from '../graph.ts'
import { elements } from '../graph.ts'

/** Below this many elements a broadcasting addition costs nothing that matters. */
const large = 1 << 20

/**
 * A small value that is added to several large ones of one shape (the attention mask, in each layer) is broadcast once:
 * ONNX Runtime adds two tensors of equal shape much faster than it adds with broadcasting.
 */
export function broadcastSharedAddends(graph: Graph) {
  const groups = new Map<string, { readonly node: Node; readonly side: number }[]>()
  for (const node of graph.nodes) {
    const [result] = node.outputs as [Value]
    if (node.op !== 'Add' || elements(result) < large) continue
    node.inputs.forEach((value, side) => {
      if (sameShape(value.shape, result.shape) || value.shape.length !== result.shape.length) return
      const key = `${value.id}|${result.shape}`
      groups.set(key, [...(groups.get(key) ?? []), { node, side }])
    })
  }
  for (const uses of groups.values()) {
    if (uses.length < 2) continue
    const { node, side } = uses[0]!
    const { shape, type } = node.outputs[0]!
    const place = graph.nodes.indexOf(node)
    const full = graph.op('Expand', [node.inputs[side]!, graph.ints(...shape)], shape, type, { again: true })
    graph.nodes.splice(place, 0, graph.nodes.pop()!)
    for (const use of uses) use.node.inputs = use.node.inputs.with(use.side, full)
  }
}
