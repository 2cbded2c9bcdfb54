import type { RunEvent } from '../runner/events.ts'
import type { StageView } from './view.ts'

/** Turns the events of one run into text. */
export interface Report {
  event(event: RunEvent): void
  /** Prints what stands after the stages: table, scores, what to try next; on failure the error, last. */
  end(): Promise<void>
}

/** What may be worth trying after a run, as whole lines. */
export type Suggest = (stages: readonly StageView[]) => readonly string[]

export interface ReportOptions {
  /** Where the run is told. */
  readonly out: NodeJS.WriteStream
  /** Where errors go; warnings too, in the plain report. */
  readonly err: NodeJS.WriteStream
  /** Paths inside this folder are shown relative to it. */
  readonly cwd: string
  readonly suggest?: Suggest
  /** Which cell of a matrix it is that runs: what stands at the end of a run is then told of all together. */
  readonly cell?: { readonly number: number; readonly of: number } | undefined
}

/** How a run is told: JSON lines for machines, a live list for a terminal, else plain lines. */
export type Style = 'json' | 'terminal' | 'plain'

/** Chooses a style: `--json` first; live only where the terminal can be redrawn, and nobody asked for quiet. */
export const styleFor = (json: boolean, out: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Style => {
  if (json) return 'json'
  const plain =
    !out.isTTY ||
    env.TERM === 'dumb' ||
    isSet(env.NO_COLOR) ||
    (isSet(env.CI) && env.CI !== 'false') ||
    // A terminal that does not know its size (0 × 0) or is too small cannot be redrawn without a mess.
    out.columns < minimum.columns ||
    out.rows < minimum.rows
  return plain ? 'plain' : 'terminal'
}

/** Makes the report of a style; only the live one loads listr2. */
export const makeReport = async (style: Style, options: ReportOptions): Promise<Report> => {
  switch (style) {
    case 'json':
      return (await import('./json.ts')).jsonReport(options)
    case 'terminal':
      return (await import('./terminal.ts')).terminalReport(options)
    case 'plain':
      return (await import('./plain.ts')).plainReport(options)
  }
}

const minimum = { columns: 20, rows: 4 }
const isSet = (value: string | undefined): boolean => value !== undefined && value !== ''
