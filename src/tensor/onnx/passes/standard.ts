import type { Graph, Node, Value } from '../graph.ts'

/** What an operation of ONNX Runtime's own, or of a late opset, is made of in opset 17. */
type Expansion = (graph: Graph, node: Node) => Value

const expansions: Readonly<Record<string, Expansion>> = {
  /** Fused again by ONNX Runtime where it loads the model. */
  FusedMatMul(graph, { inputs, outputs, attributes }) {
    const [a, b] = inputs as [Value, Value]
    const { transA, transB, alpha } = attributes as { transA: number; transB: number; alpha: { float: number } }
    const factors = [transA ? turned(graph, a) : a, transB ? turned(graph, b) : b]
    const [{ shape, type }] = outputs as [Value]
    const product = graph.op('MatMul', factors, shape, type, anew)
    return alpha.float === 1 ? product : graph.op('Mul', [product, graph.scalar(alpha.float, type)], shape, type, anew)
  },
  /** x · ½ · (1 + erf(x / √2)), likewise. */
  Gelu(graph, { inputs }) {
    const [x] = inputs as [Value]
    const scalar = (number: number) => graph.scalar(number, x.type)
    const make = (op: string, ...operands: Value[]) => graph.elementwise(op, operands, x.type, anew)
    const bell = make('Add', make('Erf', make('Div', x, scalar(Math.SQRT2))), scalar(1))
    return make('Mul', make('Mul', x, bell), scalar(0.5))
  },
}

const turned = (graph: Graph, x: Value): Value => {
  const rank = x.shape.length
  const perm = [...Array(rank - 2).keys(), rank - 1, rank - 2]
  return graph.op(
    'Transpose',
    [x],
    perm.map(axis => x.shape[axis]!),
    x.type,
    { ...anew, attributes: { perm } },
  )
}

/** A node that is recorded already may come later than where it is needed. */
const anew = { again: true } as const

/** Writes a graph in operations of the ONNX standard alone, opset 17: every runtime of the last years has them. */
export function standardise(graph: Graph): void {
  const nodes = graph.nodes
  graph.nodes = []
  for (const node of nodes) {
    const expand = expansions[node.op]
    if (!expand) {
      // Nobody takes the statistics.
      if (node.op === 'LayerNormalization') node.outputs = node.outputs.slice(0, 1)
      graph.nodes.push(node)
      continue
    }
    // The last node of what it is made of makes the value that others take.
    const made = expand(graph, node)
    made.node!.outputs = [...node.outputs]
    node.outputs[0]!.node = made.node!
  }
}
