import { openStore, type Store } from '../cache/store.ts'
import { cellName, cellSettings, shortNames } from '../config/cell-name.ts'
import { allInPlace } from '../library/all-in-place.ts'
import type { OpenedMatrix } from '../library/check-plan.ts'
import { chosenStages, forcedStages } from '../library/choose.ts'
import type { PlannedCell } from '../plan/cells.ts'
import { type MatrixReport, matrixReport } from '../report/matrix.ts'
import { makeReport, styleFor } from '../report/report.ts'
import type { CellStatus } from '../runner/events.ts'
import { averagedAxis } from './averaged-axis.ts'
import { runLine } from './called.ts'
import type { Arguments } from './command.ts'
import { openCsv } from './csv-file.ts'
import { type ExitCode, exit } from './exit.ts'
import type { Flags } from './flags.ts'
import { openPlans } from './open-plan.ts'
import { type CellRun, cellRunner } from './run-cell.ts'
import { tellOfStopping } from './stopping.ts'
import { watchForSuddenEnd } from './sudden-end.ts'
import { valuesOf } from './values-of.ts'

/** What `run` was asked, and what it runs with. */
interface Sweep {
  readonly given: Arguments
  /** Where the report is written to. */
  readonly out: NodeJS.WriteStream
  readonly signal: AbortSignal
  readonly jobs: number
}

/**
 * Runs every cell of a matrix, one after the other: each is the run that `--set` would make of it, with the same keys, so what
 * cells share is made once, and a sweep that broke off goes on where it was. All are planned before the first one runs.
 */
export const runMatrix = async (opened: OpenedMatrix, sweep: Sweep): Promise<ExitCode> => {
  const { given, signal, jobs } = sweep
  const { flags } = given
  const report = reportOn(opened, sweep)
  const csv = flags.csv === undefined ? undefined : openCsv(flags.csv)
  const store = await openStore(opened.cache, { rehash: flags.rehash === true })
  const cells = await withAllInPlace(opened, sweep, store)
  if (cells === 'failed' || cells === 'interrupted') return exit[cells]

  const begun = performance.now()
  report.event({ event: 'matrix', status: 'started', ...sizeOf(cells) })
  const run = cellRunner({ store, signal, jobs, given, profiles: opened.document.profiles })
  const statuses: CellStatus[] = []
  for (const [index, cell] of cells.entries()) {
    const goesOn = !signal.aborted && (flags['keep-going'] === true || !statuses.includes('failed'))
    statuses.push(goesOn ? await runCell(cell, index + 1) : 'skipped')
    if (!goesOn) report.event({ event: 'cell', cell: index + 1, status: 'skipped' })
  }
  const status = overall(statuses, signal)
  report.event({ event: 'matrix', status, ms: Math.round(performance.now() - begun) })
  csv?.write(report.table())
  return exit[status]

  async function runCell(cell: CellRun, number: number): Promise<CellStatus> {
    const { from, until, only } = flags
    const command = runLine(given, { set: cellSettings(cell.cell), from, until, only })
    const values = valuesOf(cell.cell)
    report.event({ event: 'cell', cell: number, status: 'started', name: cellName(cell.cell), values, command })
    const began = performance.now()
    const own = await report.cell(number)
    const watch = watchForSuddenEnd(own.event, signal)
    try {
      const status = await run(cell, tellOfStopping(watch.emit, signal))
      await own.end()
      report.event({ event: 'cell', cell: number, status, ms: Math.round(performance.now() - began) })
      return status
    } catch (error) {
      await own.end()
      throw error
    } finally {
      watch.release()
    }
  }
}

const reportOn = ({ cells }: OpenedMatrix, { given: { flags }, out }: Sweep): MatrixReport => {
  const { stderr: err, env } = process
  const open = cells.map(({ cell }) => cell.filter(({ chosen }) => !chosen))
  const axes = open[0]!.map(({ axis }) => axis)
  return matrixReport({
    style: styleFor(flags.json === true, out, env),
    report: { out, err, cwd: process.cwd() },
    names: new Map(axes.map((axis, index) => [axis, shortNames(axes)[index]!])),
    over: averagedAxis(cells[0]!.cell, flags['mean-over']),
    cells: open.map(cell => ({ texts: cell.map(({ text }) => text), values: cell.map(({ value }) => value) })),
  })
}

/** Fetches what any cell lacks, plans all once more where something was fetched, and says what all are warned of. */
const withAllInPlace = async (
  opened: OpenedMatrix,
  { given, out, signal }: Sweep,
  store: Store,
): Promise<readonly CellRun[] | 'failed' | 'interrupted'> => {
  const { positionals, flags } = given
  const { stderr: err, env } = process
  const choose = ({ cells }: OpenedMatrix) => cells.map(cell => chosenOf(cell, flags))
  const report = await makeReport(styleFor(flags.json === true, out, env), { out, err, cwd: process.cwd() })
  let { warnings } = opened
  const replan = async () => {
    const again = await openPlans(positionals[0] ?? '', flags, { write: true })
    const settled = 'cells' in again ? again : opened
    warnings = settled.warnings
    return choose(settled)
  }
  try {
    const anew = flags.rehash === true
    const cells = await allInPlace({ first: choose(opened), replan, store, anew, emit: report.event, signal })
    if (cells !== 'failed' && cells !== 'interrupted')
      for (const diagnostic of warnings) report.event({ event: 'diagnostic', diagnostic })
    return cells
  } finally {
    await report.end()
  }
}

const chosenOf = (cell: PlannedCell, flags: Flags): CellRun => {
  const chosen = chosenStages(cell.plan, flags)
  return { ...cell, chosen, force: forcedStages(cell.plan, flags, chosen) }
}

/** What is said of all cells before they run. */
const sizeOf = (cells: readonly CellRun[]) => {
  const [{ plan, cell }] = cells as [CellRun]
  const results = new Set(cells.flatMap(each => [...each.chosen].map(stage => `${stage} ${each.results.get(stage)}`)))
  return {
    pipeline: plan.name,
    file: plan.file,
    axes: cell.filter(({ chosen }) => !chosen).map(({ axis }) => axis),
    cells: cells.length,
    results: results.size,
  }
}

const overall = (statuses: readonly CellStatus[], { aborted }: AbortSignal): 'done' | 'failed' | 'interrupted' => {
  if (statuses.includes('interrupted') || (aborted && statuses.includes('skipped'))) return 'interrupted'
  return statuses.includes('failed') ? 'failed' : 'done'
}
