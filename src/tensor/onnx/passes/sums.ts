import { sameShape } from '../../shape.ts'
import type { Graph, Node, Value } from '../graph.ts'
import { consumers, isOutput } from './edit.ts'

/**
 * Lets a Gemm add what is added to its product: a bias, or the gradient accumulated so far. It then starts from the
 * addend instead of from zero, which saves a pass over the result.
 */
export function absorbSums(graph: Graph) {
  for (const node of graph.nodes) {
    if (node.op !== 'Add') continue
    const uses = consumers(graph)
    const place = new Map(graph.nodes.map((each, index) => [each, index]))
    const candidates = [0, 1]
      .filter(side => absorbs(graph, uses, node, side))
      // Of two products the later one: whichever it is, both are computed where the sum stands.
      .sort((a, b) => place.get(node.inputs[b]!.node!)! - place.get(node.inputs[a]!.node!)!)
    const [side] = candidates
    if (side === undefined) continue
    const product = node.inputs[side]!.node!
    node.op = 'Gemm'
    node.inputs = [...product.inputs, node.inputs[1 - side]!]
    node.attributes = { ...product.attributes, beta: { float: 1 } }
    graph.nodes = graph.nodes.filter(each => each !== product)
  }
}

const absorbs = (graph: Graph, uses: Map<Value, Node[]>, sum: Node, side: number): boolean => {
  const value = sum.inputs[side]!
  const product = value.node
  return (
    product?.op === 'Gemm' &&
    product.inputs.length === 2 &&
    uses.get(value)?.length === 1 &&
    !isOutput(graph, value) &&
    sameShape(value.shape, sum.outputs[0]!.shape)
  )
}
