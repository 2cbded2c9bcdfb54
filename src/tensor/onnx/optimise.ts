import type { Graph } from './graph.ts'
import { dropUnused } from './passes/edit.ts'
import { absorbFactors } from './passes/factors.ts'
import { broadcastSharedAddends } from './passes/masks.ts'
import { turnNarrowProducts } from './passes/products.ts'
import { absorbSums } from './passes/sums.ts'

const passes = [
  dropUnused,
  absorbFactors,
  dropUnused,
  absorbSums,
  turnNarrowProducts,
  broadcastSharedAddends,
  dropUnused,
]

/** Rewrites a recorded graph into one that computes the same in less time. */
export function optimise(graph: Graph): Graph {
  for (const pass of passes) pass(graph)
  return graph
}
