import type { Diagnostic } from '../diagnostic/diagnostic.ts'

/** `interrupted`: it had started; `skipped`: it had not. */
export type StageStatus = 'started' | 'ran' | 'cached' | 'failed' | 'interrupted' | 'skipped' | 'waiting'

/** What becomes of an address. `pending`: it will be fetched. `found`: nothing of it had to be fetched. */
export type FetchStatus =
  | 'pending'
  | 'started'
  | 'waiting'
  | 'progress'
  | 'fetched'
  | 'found'
  | 'failed'
  | 'interrupted'

/** Everything that a run says (in a matrix: that of one cell, whose number `--json` adds as `cell`): the reports turn these into text, `--json` prints them as they are. */
export type RunEvent =
  | {
      readonly event: 'run'
      readonly status: 'started'
      readonly pipeline: string
      readonly file: string
      readonly stages: readonly string[]
    }
  | {
      readonly event: 'fetch'
      /** As the pipeline has it. */
      readonly address: string
      readonly status: FetchStatus
      /** What is here of it. */
      readonly bytes?: number
      /** Absent while it is not known. */
      readonly total?: number
      /** Of a repository: what its revision is. */
      readonly commit?: string
      /** What it waits for. */
      readonly reason?: string
      readonly ms?: number
    }
  | {
      readonly event: 'stage'
      readonly name: string
      readonly status: StageStatus
      /** Since the stage started, with what interrupted runs had worked on the same result; absent while it has not ended. */
      readonly ms?: number
      /** What of it these runs had worked. */
      readonly before_ms?: number
      /** Size of the stored result. */
      readonly bytes?: number
      /** Why it is skipped, what it waits for, or what it lacks. */
      readonly reason?: string
    }
  | {
      readonly event: 'progress'
      readonly stage: string
      readonly done: number
      readonly total: number
      readonly numbers?: Readonly<Record<string, number>>
    }
  | { readonly event: 'step'; readonly stage: string; readonly [name: string]: number | string }
  | {
      readonly event: 'log'
      readonly stage: string
      readonly level: 'info' | 'note' | 'warn'
      readonly message: string
      /** Told by an earlier run, whose result is reused. */
      readonly reused?: boolean
    }
  | {
      readonly event: 'result'
      readonly stage: string
      readonly name: string
      readonly value: number | string
      readonly reused?: boolean
    }
  | { readonly event: 'diagnostic'; readonly stage?: string; readonly diagnostic: Diagnostic }
  | { readonly event: 'bug'; readonly stage: string; readonly message: string; readonly stack: string }
  | { readonly event: 'run'; readonly status: 'done' | 'failed' | 'interrupted'; readonly ms: number }

/** How a cell, or the run of all of them, ended. `skipped`: it had not started. */
export type CellStatus = 'done' | 'failed' | 'interrupted' | 'skipped'

/** What a run of all cells of a matrix says beside what each cell's run says. Cells are counted from 1. */
export type MatrixEvent =
  | {
      readonly event: 'matrix'
      readonly status: 'started'
      readonly pipeline: string
      readonly file: string
      /** The axes of which there is more than what `--set` has chosen, as the file names them. */
      readonly axes: readonly string[]
      readonly cells: number
      /** How many different results the stages of all cells have. */
      readonly results: number
    }
  | {
      readonly event: 'cell'
      readonly cell: number
      readonly status: 'started'
      /** `learning_rate=3e-5, seed=1`. */
      readonly name: string
      /** By axis. */
      readonly values: Readonly<Record<string, unknown>>
      /** The line of shell that runs this cell alone. */
      readonly command: string
    }
  | {
      readonly event: 'cell'
      readonly cell: number
      readonly status: CellStatus
      readonly ms?: number
    }
  | { readonly event: 'matrix'; readonly status: 'done' | 'failed' | 'interrupted'; readonly ms: number }

export type Emit = (event: RunEvent) => void
