import type { Graph } from './graph.ts'
import { dropUnused } from './passes/edit.ts'
import { absorbFactors } from './passes/factors.ts'
import { turnNarrowProducts } from './passes/products.ts'
import { absorbSums } from './passes/sums.ts'

/** In order: a factor may stand between a product and what is added to it, or behind the sum of the two. */
const passes = [absorbSums, absorbFactors, absorbSums, turnNarrowProducts]

/** Rewrites a recorded graph into one that computes the same in less time. */
export function optimise(graph: Graph): Graph {
  dropUnused(graph)
  for (const pass of passes) {
    pass(graph)
    dropUnused(graph)
  }
  return graph
}
