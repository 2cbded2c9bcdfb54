import { writeSync } from 'node:fs'
import { color, Listr } from 'listr2'
import { formatDiagnostic } from '../diagnostic/format.ts'
import { cleanDiagnostic } from './clean.ts'
import { closingLines, problemText } from './closing.ts'
import type { Report, ReportOptions } from './report.ts'
import { type Paint, row } from './row.ts'
import { emptyView, follow, type StageView } from './view.ts'

/** A live list of the stages, redrawn in place; after it the closing lines. */
export const terminalReport = ({ out, err, cwd, suggest }: ReportOptions): Report => {
  const view = emptyView()
  let list: LiveList | undefined
  return {
    event(event) {
      follow(view, event)
      const stage = event.event === 'stage' ? event.name : 'stage' in event ? event.stage : undefined
      if (stage !== undefined) {
        // Not before: what is said about the pipeline as a whole stands above the list.
        list ??= liveList([...view.stages.values()], out)
        list.update(stage)
      } else if (event.event === 'diagnostic' && event.diagnostic.severity === 'warning')
        out.write(`${formatDiagnostic(cleanDiagnostic(event.diagnostic), { cwd, color: true })}\n`)
    },
    async end() {
      await list?.end()
      for (const line of closingLines(view, suggest)) out.write(`${line}\n`)
      const problems = problemText(view, { cwd, color: err.isTTY })
      if (problems !== '') err.write(`\n${problems}\n`)
    },
  }
}

interface LiveList {
  /** Shows what is now known of a stage. */
  update(stage: string): void
  /** Draws the list for the last time and leaves the terminal as it was found. */
  end(): Promise<void>
}

/**
 * listr2 owns the screen, the spinner and the marks; each stage is a task of its list, whose promise is settled by the
 * stage's last event, and whose title is all that is known of the stage.
 */
const liveList = (stages: readonly StageView[], out: NodeJS.WriteStream): LiveList => {
  const nameWidth = Math.max(...stages.map(stage => stage.name.length))
  // listr2 keeps two columns of margin; the mark and its space take two more.
  const title = (stage: StageView): string => row(stage, nameWidth, out.columns - 4, paint)
  const gates = stages.map(gate)

  const list = new Listr<unknown, 'default'>(
    stages.map((stage, i) => ({
      title: title(stage),
      task: async (_, task) => {
        await gates[i]!.opened
        if (stage.status === 'failed') throw new Error(`${stage.name} failed`)
        if (stage.status !== 'ran' && stage.status !== 'cached') task.skip()
      },
    })),
    {
      exitOnError: false,
      registerSignalListeners: false,
      rendererOptions: { showErrorMessage: false, showSkipMessage: false },
    },
  )
  const restoreCursor = (): void => void writeSync(1, '\u001b[?25h\n')
  process.once('exit', restoreCursor)
  const running = list.run()

  return {
    update(name) {
      const i = stages.findIndex(stage => stage.name === name)
      const stage = stages[i]
      if (stage === undefined) return
      // Not through listr2's setter, which would redraw at once: the spinner's clock redraws ten times a second.
      list.tasks[i]!.title = title(stage)
      if (ended.has(stage.status)) gates[i]!.open()
    },
    async end() {
      for (const each of gates) each.open()
      await running
      process.removeListener('exit', restoreCursor)
    },
  }
}

const paint: Paint = { dim: color.dim, yellow: color.yellow }
const ended: ReadonlySet<StageView['status']> = new Set(['ran', 'cached', 'failed', 'interrupted', 'skipped'])

const gate = (): { readonly opened: Promise<void>; open(): void } => {
  let open = (): void => {}
  const opened = new Promise<void>(resolve => {
    open = resolve
  })
  return { opened, open: () => open() }
}
