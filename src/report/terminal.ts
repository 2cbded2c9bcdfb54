import { color } from 'listr2'
import { formatDiagnostic } from '../diagnostic/format.ts'
import { cleanDiagnostic } from './clean.ts'
import { closingLines, problemText } from './closing.ts'
import { type FetchEvent, fetchRow } from './fetch-row.ts'
import { type LiveList, liveList, type Mark } from './live-list.ts'
import type { Report, ReportOptions } from './report.ts'
import { type Paint, row } from './row.ts'
import { emptyView, follow, type StageView } from './view.ts'
import { lineWidth, widthOf } from './width.ts'

/** A live list of what is fetched, then one of the stages, redrawn in place; after it the closing lines. */
export const terminalReport = ({ out, err, cwd, suggest, cell }: ReportOptions): Report => {
  const view = emptyView()
  const fetches = new Map<string, FetchEvent>()
  let fetchList: LiveList | undefined
  let list: LiveList | undefined
  // listr2 keeps two columns of margin, and breaks a line that fills the rest; the mark and its space take two more.
  const width = (): number => out.columns - 5

  const showFetch = (event: FetchEvent): void => {
    fetches.set(event.address, event)
    if (event.status === 'pending') return
    fetchList ??= liveList([...fetches.values()].map(each => fetchRow(each, width(), paint)))
    const line = [...fetches.keys()].indexOf(event.address)
    fetchList.update(line, fetchRow(event, width(), paint), fetchMarks[event.status])
  }
  const showStage = (name: string): void => {
    const stages = [...view.stages.values()]
    const nameWidth = nameColumn(stages, width())
    const title = (stage: StageView): string => row(stage, nameWidth, width(), paint)
    // Not before: what is said about the pipeline as a whole stands above the list.
    list ??= liveList(stages.map(title), fetchList?.end())
    const line = stages.findIndex(stage => stage.name === name)
    if (line >= 0) list.update(line, title(stages[line]!), marks[stages[line]!.status])
  }
  return {
    event(event) {
      follow(view, event)
      if (event.event === 'fetch') return showFetch(event)
      const stage = event.event === 'stage' ? event.name : 'stage' in event ? event.stage : undefined
      if (stage !== undefined) showStage(stage)
      else if (event.event === 'diagnostic' && event.diagnostic.severity === 'warning')
        out.write(`${formatDiagnostic(cleanDiagnostic(event.diagnostic), { cwd, color: true })}\n`)
    },
    async end() {
      await fetchList?.end()
      await list?.end()
      if (!cell) for (const line of closingLines(view, lineWidth(out), suggest)) out.write(`${line}\n`)
      const problems = problemText(view, { cwd, cell, color: err.isTTY })
      if (problems !== '') err.write(`\n${problems}\n`)
    },
  }
}

/** As wide as the longest name that leaves half of the line to what is said of it. */
const nameColumn = (stages: readonly StageView[], width: number): number =>
  Math.max(0, ...stages.map(({ name }) => widthOf(name)).filter(each => each <= width / 2))

const paint: Paint = { dim: color.dim, yellow: color.yellow }

const marks: Readonly<Partial<Record<StageView['status'], Mark>>> = {
  ran: 'done',
  cached: 'done',
  failed: 'failed',
  interrupted: 'skipped',
  skipped: 'skipped',
}

const fetchMarks: Readonly<Partial<Record<FetchEvent['status'], Mark>>> = {
  fetched: 'done',
  found: 'done',
  failed: 'failed',
  interrupted: 'skipped',
}
