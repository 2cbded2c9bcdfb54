// What the rewriting passes share.
import type { Graph, Node, Value } from '../graph.ts'

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

/** Who takes which value, kept right while nodes are rewritten. */
export interface Uses {
  /** The nodes that take a value, once for every time they take it. */
  of(value: Value): readonly Node[]
  /** Whether exactly one node takes the value, once, and it is no output. */
  single(value: Value): boolean
  isOutput(value: Value): boolean
  /** Lets everything that takes `from`, outputs included, take `to`. */
  redirect(from: Value, to: Value): void
  /** Gives a node other inputs. */
  setInputs(node: Node, inputs: readonly Value[]): void
}

export function usesIn(graph: Graph): Uses {
  const takers = new Map<Value, Node[]>()
  const outputs = new Set(graph.outputs.values())
  const add = (value: Value, node: Node) => {
    const nodes = takers.get(value)
    if (nodes) nodes.push(node)
    else takers.set(value, [node])
  }
  for (const node of graph.nodes) for (const value of node.inputs) add(value, node)

  const uses: Uses = {
    of: value => takers.get(value) ?? [],
    single: value => uses.of(value).length === 1 && !outputs.has(value),
    isOutput: value => outputs.has(value),
    redirect(from, to) {
      for (const node of new Set(uses.of(from))) {
        uses.setInputs(
          node,
          node.inputs.map(value => (value === from ? to : value)),
        )
      }
      if (!outputs.delete(from)) return
      outputs.add(to)
      for (const [name, value] of graph.outputs) if (value === from) graph.outputs.set(name, to)
    },
    setInputs(node, inputs) {
      for (const value of new Set(node.inputs))
        takers.set(
          value,
          uses.of(value).filter(each => each !== node),
        )
      node.inputs = [...inputs]
      for (const value of inputs) add(value, node)
    },
  }
  return uses
}

export const isProduct = ({ op }: Node): boolean => op === 'Gemm' || op === 'FusedMatMul'

/** Multiplies one of a node's float attributes. */
export function multiply(node: Node, attribute: 'alpha' | 'beta', factor: number) {
  const { float } = node.attributes[attribute] as { readonly float: number }
  node.attributes[attribute] = { float: float * factor }
}
