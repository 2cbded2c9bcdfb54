import type { RunEvent, StageStatus } from '../runner/events.ts'

export type ProblemEvent = Extract<RunEvent, { event: 'diagnostic' | 'bug' }>
export type ResultEvent = Extract<RunEvent, { event: 'result' }>

/** What is known of one stage so far. */
export interface StageView {
  readonly name: string
  status: StageStatus | 'pending'
  ms?: number | undefined
  /** What of `ms` interrupted runs had worked. */
  before?: number | undefined
  bytes?: number | undefined
  reason?: string | undefined
  progress?: Extract<RunEvent, { event: 'progress' }>
  /** The last line that it logged. */
  info?: string
  /** The lines that stay in sight. */
  readonly notes: string[]
  readonly warnings: { readonly message: string; readonly reused: boolean }[]
}

/** What is known of a run so far: the events, folded. */
export interface RunView {
  pipeline: string
  file: string
  status: 'started' | 'done' | 'failed' | 'interrupted'
  /** In the order of the plan. */
  readonly stages: Map<string, StageView>
  readonly results: ResultEvent[]
  /** What ends a run with an error. Warnings about a stage stand with the stage. */
  readonly problems: ProblemEvent[]
}

export const emptyView = (): RunView => ({
  pipeline: '',
  file: '',
  status: 'started',
  stages: new Map(),
  results: [],
  problems: [],
})

/** Adds one event to the view. */
export const follow = (view: RunView, event: RunEvent): void => {
  switch (event.event) {
    case 'run':
      view.status = event.status
      if (event.status === 'started') {
        view.pipeline = event.pipeline
        view.file = event.file
        for (const name of event.stages) stageOf(view, name)
      }
      return
    case 'stage': {
      const stage = stageOf(view, event.name)
      stage.status = event.status
      stage.reason = event.reason
      if (event.ms !== undefined) stage.ms = event.ms
      if (event.before_ms !== undefined) stage.before = event.before_ms
      if (event.bytes !== undefined) stage.bytes = event.bytes
      return
    }
    case 'progress':
      stageOf(view, event.stage).progress = event
      return
    case 'log': {
      const stage = stageOf(view, event.stage)
      if (event.level === 'info') stage.info = event.message
      else if (event.level === 'note') stage.notes.push(event.message)
      else stage.warnings.push({ message: event.message, reused: event.reused === true })
      return
    }
    case 'result':
      view.results.push(event)
      return
    case 'diagnostic':
      if (event.diagnostic.severity === 'error') view.problems.push(event)
      else if (event.stage !== undefined)
        stageOf(view, event.stage).warnings.push({ message: event.diagnostic.message, reused: false })
      return
    case 'bug':
      view.problems.push(event)
      return
    case 'fetch':
    case 'step':
      return
  }
}

const stageOf = (view: RunView, name: string): StageView => {
  const known = view.stages.get(name)
  if (known !== undefined) return known
  const fresh: StageView = { name, status: 'pending', notes: [], warnings: [] }
  view.stages.set(name, fresh)
  return fresh
}
