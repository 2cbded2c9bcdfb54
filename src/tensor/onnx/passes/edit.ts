// What the rewriting passes share.
import type { Graph, Node, Value } from '../graph.ts'

/** The nodes that take each value, once for every time they take it. */
export function consumers(graph: Graph): Map<Value, Node[]> {
  const map = new Map<Value, Node[]>()
  for (const node of graph.nodes) {
    for (const value of node.inputs) {
      const taking = map.get(value)
      if (taking) taking.push(node)
      else map.set(value, [node])
    }
  }
  return map
}

export const isOutput = (graph: Graph, value: Value): boolean => [...graph.outputs.values()].includes(value)

/** Lets everything that takes `from`, outputs included, take `to`. */
export function replace(graph: Graph, from: Value, to: Value) {
  for (const node of graph.nodes) {
    if (node.inputs.includes(from)) node.inputs = node.inputs.map(value => (value === from ? to : value))
  }
  for (const [name, value] of graph.outputs) if (value === from) graph.outputs.set(name, to)
}

/** Drops the nodes that no output depends on. */
export function dropUnused(graph: Graph) {
  const needed = new Set<Value>(graph.outputs.values())
  const kept: Node[] = []
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some(value => needed.has(value))) continue
    kept.push(node)
    for (const value of node.inputs) needed.add(value)
  }
  graph.nodes = kept.reverse()
}

export const isProduct = ({ op }: Node): boolean => op === 'Gemm' || op === 'FusedMatMul'

/** A product's factor. */
export const alphaOf = (node: Node): number => (node.attributes.alpha as { float: number }).float

export function multiplyAlpha(node: Node, factor: number) {
  node.attributes.alpha = { float: alphaOf(node) * factor }
}
