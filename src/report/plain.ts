import { formatDiagnostic } from '../diagnostic/format.ts'
import type { RunEvent } from '../runner/events.ts'
import { clean } from './clean.ts'
import { closingLines, problemText } from './closing.ts'
import type { FetchEvent } from './fetch-row.ts'
import { count, duration, earlier, named, number, size } from './human.ts'
import type { Report, ReportOptions } from './report.ts'
import { emptyView, follow } from './view.ts'
import { lineWidth } from './width.ts'

type StageEvent = Extract<RunEvent, { event: 'stage' }>
type ProgressEvent = Extract<RunEvent, { event: 'progress' }>

/**
 * One line an event, without control characters: for logs and pipes. A stage has one line when it starts and one when
 * it ends; progress is told at most every 10 seconds. Warnings go to `err`, as errors do.
 */
export const plainReport = ({ out, err, cwd, suggest, cell }: ReportOptions, now: () => number = Date.now): Report => {
  const view = emptyView()
  const started = new Set<string>()
  const isDue = progressGate(now)
  const prefix = cell ? `[${cell.number}/${cell.of}] ` : ''
  const line = (text: string): void => void out.write(`${prefix}${clean(text)}\n`)
  const warning = (text: string): void => void err.write(`${prefix}${clean(text)}\n`)

  const start = (name: string): void => {
    if (!started.has(name)) line(`${name}: started`)
    started.add(name)
  }
  const tell = (event: RunEvent): void => {
    switch (event.event) {
      case 'run':
        // Of cells, the line before has said it.
        if (event.status === 'started' && !cell) line(`${event.pipeline}: ${count(event.stages.length, 'stage')}`)
        return
      case 'fetch':
        if (event.status === 'pending') return
        if (event.status !== 'progress') line(`${event.address}: ${fetchText(event)}`)
        else if (isDue({ stage: event.address, done: event.bytes ?? 0, total: event.total ?? 0 }))
          line(`${event.address}: ${bytesText(event)}`)
        return
      case 'stage':
        if (event.status !== 'skipped') start(event.name)
        if (event.status !== 'started') line(`${event.name}: ${stageText(event)}`)
        return
      case 'progress':
        if (isDue(event)) line(`${event.stage}: ${progressText(event)}`)
        return
      case 'log':
        // What a reused result says comes before the event that it is reused.
        start(event.stage)
        if (event.level !== 'warn') line(`${event.stage}: ${indented(event.message)}`)
        else
          warning(`${event.stage}: warning${event.reused ? ' (from the earlier run)' : ''}: ${indented(event.message)}`)
        return
      case 'diagnostic':
        if (event.diagnostic.severity !== 'warning') return
        warning(`${event.stage === undefined ? '' : `${event.stage}: `}${formatDiagnostic(event.diagnostic, { cwd })}`)
        return
      case 'result':
      case 'bug':
      case 'step':
        return
    }
  }
  return {
    event(event) {
      follow(view, event)
      tell(event)
    },
    async end() {
      if (!cell) for (const text of closingLines(view, lineWidth(out), suggest)) line(text)
      const problems = problemText(view, { cwd, cell })
      if (problems !== '') err.write(`\n${clean(problems)}\n`)
    },
  }
}

const stageText = ({ status, ms, before_ms, bytes, reason }: StageEvent): string => {
  const because = reason === undefined ? '' : `: ${reason}`
  const after = ms === undefined ? '' : ` after ${duration(ms)}`
  const result = bytes === undefined ? '' : `, ${size(bytes)}`
  switch (status) {
    case 'ran':
      return `done${after}${before_ms ? ` (${earlier(before_ms)})` : ''}${result}`
    case 'cached':
      return `reused${result}`
    case 'failed':
      return `failed${after}${because}`
    case 'interrupted':
      return `interrupted${after}`
    case 'skipped':
      return `skipped${because}`
    case 'waiting':
      return `waiting${because}`
    case 'started':
      return 'started'
  }
}

const fetchText = ({ status, ms, bytes, reason, commit }: FetchEvent): string => {
  const after = ms === undefined ? '' : ` after ${duration(ms)}`
  const what = `${bytes === undefined ? '' : `, ${size(bytes)}`}${commit === undefined ? '' : `, commit ${commit}`}`
  switch (status) {
    case 'started':
      return 'fetching'
    case 'fetched':
      return `fetched${after}${what}`
    case 'found':
      return `found, nothing had to be fetched${what}`
    case 'waiting':
      return `waiting: ${reason}`
    case 'failed':
    case 'interrupted':
      return `${status}${after}`
    case 'pending':
    case 'progress':
      return ''
  }
}

const bytesText = ({ bytes = 0, total }: FetchEvent): string =>
  total === undefined || total === 0
    ? size(bytes)
    : `${Math.floor((100 * bytes) / total)} % (${size(bytes)} of ${size(total)})`

const progressText = ({ done, total, numbers = {} }: ProgressEvent): string =>
  [
    total > 0 ? `${Math.floor((100 * done) / total)} % (${number(done)}/${number(total)})` : number(done),
    ...Object.entries(numbers).map(([name, value]) => named(name, value)),
  ].join(', ')

/** Lets a stage's progress through when 10 s have passed and it has moved by a tenth, or when a minute has passed. */
const progressGate = (now: () => number) => {
  const last = new Map<string, { time: number; share: number }>()
  return ({ stage, done, total }: Pick<ProgressEvent, 'stage' | 'done' | 'total'>): boolean => {
    const share = total > 0 ? done / total : 0
    const before = last.get(stage)
    const waited = before === undefined ? 0 : now() - before.time
    const due = before !== undefined && (waited >= 60_000 || (waited >= 10_000 && share - before.share >= 0.1))
    if (before === undefined || due) last.set(stage, { time: now(), share })
    return due
  }
}

const indented = (message: string): string => message.trimEnd().replaceAll('\n', '\n  ')
