import { sameShape } from '../../shape.ts'
import type { Graph, Node, Value } from '../graph.ts'
import { type Uses, usesIn } from './edit.ts'

/**
 * Lets a Gemm add what is added to its product: a bias, or the gradient accumulated so far. It then starts from the
 * addend instead of from zero, which saves a pass over the result.
 */
export function absorbSums(graph: Graph) {
  const uses = usesIn(graph)
  const place = new Map(graph.nodes.map((node, index) => [node, index]))
  for (const sum of graph.nodes) {
    if (sum.op !== 'Add') continue
    const [side] = [0, 1]
      .filter(side => absorbs(uses, sum, sum.inputs[side]!))
      // Of two products the later one: whichever it is, both are computed where the sum stands.
      .sort((a, b) => place.get(sum.inputs[b]!.node!)! - place.get(sum.inputs[a]!.node!)!)
    if (side === undefined) continue
    const product = sum.inputs[side]!.node!
    sum.op = 'Gemm'
    sum.attributes = { ...product.attributes, beta: { float: 1 } }
    uses.setInputs(sum, [...product.inputs, sum.inputs[1 - side]!])
    uses.setInputs(product, [])
  }
}

const absorbs = (uses: Uses, sum: Node, value: Value): boolean =>
  value.node?.op === 'Gemm' &&
  value.node.inputs.length === 2 &&
  uses.single(value) &&
  sameShape(value.shape, sum.outputs[0]!.shape)
