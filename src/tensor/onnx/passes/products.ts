import type { Graph, Node, Value } from '../graph.ts'

/** How many times narrower the second operand must be for the detour to pay. */
const narrow = 4

/**
 * Writes aᵀ·b with a wide `a` and a narrow `b` as (bᵀ·a)ᵀ. ONNX Runtime is several times faster on it (attention's
 * gradients: a is [keys, queries], b as wide as one head), and the transpose that remains is small.
 */
export function turnNarrowProducts(graph: Graph) {
  const outputs = new Set(graph.outputs.values())
  graph.nodes = graph.nodes.flatMap(node => {
    const [a, b] = node.inputs as [Value, Value]
    const [result] = node.outputs as [Value]
    const { transA, transB } = node.attributes
    if (node.op !== 'FusedMatMul' || !transA || transB || outputs.has(result)) return [node]
    if (b.shape.at(-1)! * narrow > a.shape.at(-1)!) return [node]
    const rank = result.shape.length
    const perm = [...Array(rank - 2).keys(), rank - 1, rank - 2]
    const turned: Value = { ...result, id: -result.id - 1, shape: perm.map(axis => result.shape[axis]!) }
    const product: Node = { ...node, inputs: [b, a], outputs: [turned] }
    const back: Node = { op: 'Transpose', domain: '', inputs: [turned], outputs: [result], attributes: { perm } }
    turned.node = product
    result.node = back
    return [product, back]
  })
  mergeTransposes(graph)
}

/** Two transposes in a row become one. */
function mergeTransposes(graph: Graph) {
  for (const node of graph.nodes) {
    const before = node.op === 'Transpose' ? node.inputs[0]!.node : undefined
    if (before?.op !== 'Transpose') continue
    const [outer, inner] = [node, before].map(each => each.attributes.perm as readonly number[]) as [number[], number[]]
    node.inputs = [...before.inputs]
    node.attributes = { perm: outer.map(axis => inner[axis]!) }
  }
}
