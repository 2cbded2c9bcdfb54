import type { RunEvent } from '../runner/events.ts'
import { problemText } from './closing.ts'
import { diagnosticJson } from './diagnostic-json.ts'
import type { Report, ReportOptions } from './report.ts'
import { emptyView, follow } from './view.ts'

/** One JSON object a line on `out`, nothing else; why a run failed is told on `err` in words as well. */
export const jsonReport = ({ out, err, cwd, cell }: ReportOptions): Report => {
  const view = emptyView()
  return {
    event(event) {
      follow(view, event)
      out.write(`${JSON.stringify({ ...jsonEvent(event), ...(cell && { cell: cell.number }) })}\n`)
    },
    async end() {
      const problems = problemText(view, { cwd, cell })
      if (problems !== '') err.write(`${problems}\n`)
    },
  }
}

/** An event as it is printed: as it is, but for a diagnostic's source text, which is not repeated. */
const jsonEvent = (event: RunEvent): object =>
  event.event === 'diagnostic' ? { ...event, diagnostic: diagnosticJson(event.diagnostic) } : event
