import type { MatrixEvent, RunEvent } from '../runner/events.ts'
import { clean } from './clean.ts'
import { interruptedText } from './closing.ts'
import { holdWhileReused } from './hold.ts'
import { count, duration, score } from './human.ts'
import { makeReport, type Report, type ReportOptions, type Style } from './report.ts'
import { type CellResult, type ResultsTable, resultsTable } from './results.ts'
import { tableEvent } from './results-data.ts'
import { resultsText } from './results-text.ts'
import { lineWidth } from './width.ts'

/** Turns the events of a run of all cells into text: each cell's own by a report of its own, then the table of all. */
export interface MatrixReport {
  event(event: MatrixEvent): void
  /** The report of one cell's run. */
  cell(number: number): Promise<Report>
  /** The table of what has been told so far. */
  table(): ResultsTable
}

export interface MatrixReportOptions {
  readonly style: Style
  readonly report: Omit<ReportOptions, 'suggest' | 'cell'>
  /** The axes, what each is called where there is little room, and which to average over. */
  readonly names: ReadonlyMap<string, string>
  readonly over: string | undefined
  readonly cells: readonly Pick<CellResult, 'texts' | 'values'>[]
}

export const matrixReport = ({ style, report, names, over, cells }: MatrixReportOptions): MatrixReport => {
  const { out, err } = report
  const told = cells.map((): Told => ({ status: 'skipped', stages: new Map(), results: [], name: '', command: '' }))
  const say = (text: string): void => void out.write(`${clean(text)}\n`)
  const table = () => resultsTable([...names.keys()], tableRows(cells, told), over)

  const tellOfAll = (event: Extract<MatrixEvent, { event: 'matrix' }>): void => {
    if (event.status === 'started') {
      say(`${event.pipeline}: ${count(event.cells, 'cell')}, ${count(event.results, 'different result')}`)
      return
    }
    for (const line of ['', ...resultsText(table(), names, lineWidth(out))]) say(line)
    if (event.status === 'interrupted') err.write(`\n${interruptedText}\n`)
  }
  const tellOfCell = (event: Extract<MatrixEvent, { event: 'cell' }>): void => {
    const { name, ...cell } = told[event.cell - 1]!
    const which = `cell ${event.cell} of ${cells.length}`
    if (event.status === 'started') say(`\n${which}: ${name}`)
    else if (event.status !== 'skipped') say(`${which}: ${endText(event.status, event.ms ?? 0, cell)}`)
  }
  return {
    event(event) {
      if (event.event === 'cell') Object.assign(told[event.cell - 1]!, event)
      if (style !== 'json') {
        if (event.event === 'matrix') tellOfAll(event)
        else tellOfCell(event)
        return
      }
      if (event.event === 'matrix' && event.status !== 'started') out.write(`${JSON.stringify(tableEvent(table()))}\n`)
      out.write(`${JSON.stringify(event)}\n`)
    },
    async cell(number) {
      const made = await makeReport(style, { ...report, cell: { number, of: cells.length } })
      const own = style === 'json' ? made : holdWhileReused(made)
      return {
        event(event) {
          note(told[number - 1]!, event)
          own.event(event)
        },
        end: () => own.end(),
      }
    },
    table,
  }
}

/** What has been told of a cell. */
interface Told {
  status: string
  name: string
  command: string
  readonly stages: Map<string, string>
  readonly results: Extract<RunEvent, { event: 'result' }>[]
}

const note = ({ stages, results }: Told, event: RunEvent): void => {
  if (event.event === 'stage') stages.set(event.name, event.status)
  if (event.event === 'result') results.push(event)
}

const endText = (status: string, ms: number, { stages, results, command }: Omit<Told, 'name'>): string => {
  const after = status === 'done' ? `done after ${duration(ms)}` : `${status} after ${duration(ms)}`
  const all = [...stages.values()].every(each => each === 'cached' || each === 'skipped')
  const metric = metricOf(results)
  const numbers = results.flatMap(each =>
    typeof each.value === 'number' ? [`${metric(each)} ${score(each.value)}`] : [],
  )
  const first = status === 'done' && all ? 'all reused' : after
  const again = status === 'failed' ? [`this cell alone: ${command}`] : []
  return [[first, ...numbers].join(', '), ...again].join('\n  ')
}

const tableRows = (cells: MatrixReportOptions['cells'], told: readonly Told[]): CellResult[] => {
  const metric = metricOf(told.flatMap(({ results }) => results))
  return cells.map(({ texts, values }, index) => {
    const { status, results } = told[index]!
    const numbers = results.flatMap(each =>
      typeof each.value === 'number' ? [[metric(each), each.value] as const] : [],
    )
    return { cell: index + 1, status, texts, values, numbers: new Map(numbers) }
  })
}

/** What a result is called: by its stage too, where two stages of these measure the same. */
const metricOf = (all: Told['results']) => {
  const stagesOf = (name: string) => new Set(all.filter(each => each.name === name).map(({ stage }) => stage))
  return ({ name, stage }: Told['results'][number]): string => (stagesOf(name).size > 1 ? `${stage}.${name}` : name)
}
