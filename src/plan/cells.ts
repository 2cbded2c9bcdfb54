import { cellName } from '../config/cell-name.ts'
import type { Cell } from '../config/cells.ts'
import type { PipelineDocument } from '../config/document.ts'
import type { Diagnostic, SourceRange } from '../diagnostic/diagnostic.ts'
import { inOrder } from '../diagnostic/format.ts'
import { reportIdleAxes, reportSharedOutputs } from './cell-checks.ts'
import { inOwnFolders } from './cell-folders.ts'
import { groupBy } from './group-by.ts'
import type { Planned } from './make-plan.ts'
import type { Plan } from './plan.ts'
import { resultsOf } from './results.ts'

export interface CellDocument {
  readonly cell: Cell
  readonly document?: PipelineDocument
  /** What is wrong with the document alone. */
  readonly diagnostics: readonly Diagnostic[]
}

export interface PlannedCell {
  readonly cell: Cell
  readonly plan: Plan
  /** By stage, what tells its result from others: cells in which that is equal share one. */
  readonly results: ReadonlyMap<string, string>
}

/** The plans of all cells, with the warnings of all; or all that is wrong with any of them. */
export type PlannedCells =
  | { readonly cells: readonly PlannedCell[]; readonly warnings: readonly Diagnostic[] }
  | { readonly mistakes: readonly Diagnostic[] }

/** Makes the plan of every cell, and finds what is wrong with them together. */
export const planCells = async (
  documents: readonly CellDocument[],
  plan: (document: PipelineDocument) => Promise<Planned>,
): Promise<PlannedCells> => {
  const cells: (PlannedCell & { readonly document: PipelineDocument })[] = []
  const found: Found[] = []
  for (const { cell, document, diagnostics } of documents) {
    const planned = document && (await plan(document))
    const own = planned && ('plan' in planned ? planned.plan.warnings : planned.mistakes)
    for (const diagnostic of [...diagnostics, ...(own ?? [])]) found.push({ cell, diagnostic })
    if (planned && 'plan' in planned)
      cells.push({ cell, document, plan: planned.plan, results: resultsOf(planned.plan) })
  }
  const diagnostics = merged(found, documents.length)
  const isWrong = () => diagnostics.some(({ severity }) => severity === 'error')
  if (!isWrong()) {
    const report = (diagnostic: Diagnostic) => void diagnostics.push(diagnostic)
    reportIdleAxes(cells, report)
    reportSharedOutputs(cells, report)
  }
  if (isWrong() || cells.length < documents.length) return { mistakes: inOrder(diagnostics) }
  // What is to be warned of is said once, for all.
  const quiet = cells.map(({ cell, plan, results }) => {
    return { cell, results, plan: inOwnFolders({ ...plan, warnings: [] }, cell) }
  })
  return { cells: quiet, warnings: inOrder(diagnostics) }
}

interface Found {
  readonly cell: Cell
  readonly diagnostic: Diagnostic
}

/** Each diagnostic once. One that not all cells have says which have it, unless it points at the value that makes it so. */
const merged = (found: readonly Found[], count: number): Diagnostic[] => {
  const alike = groupBy(found, ({ diagnostic: { code, message, range, hint } }) =>
    JSON.stringify([code, message, range && placeOf(range), hint]),
  )
  return [...alike.values()].map(group => {
    const { cell, diagnostic } = group[0]!
    if (group.length === count || pointsInto(diagnostic, cell)) return diagnostic
    const cells = group.map(each => each.cell)
    return { ...diagnostic, message: `${diagnostic.message} (${whichCells(cells, count)}.)` }
  })
}

/** By the values that they have in common; where there are none, by one of them. */
const whichCells = (cells: readonly Cell[], count: number): string => {
  const [first] = cells
  const common = first!.filter((each, index) => cells.every(cell => cell[index]!.text === each.text))
  return common.some(({ chosen }) => !chosen)
    ? `With ${cellName(common)}`
    : `In ${cells.length} of ${count} cells, as with ${cellName(first!)}`
}

const placeOf = ({ source, start, end }: SourceRange) => [source.name, start.offset, end.offset]

const pointsInto = ({ range, related = [] }: Diagnostic, cell: Cell): boolean => {
  const places = new Set([...(range ? [range] : []), ...related.map(each => each.range)].map(at => placeOf(at).join()))
  return cell.some(({ range }) => places.has(placeOf(range).join()))
}
