import { writeSync } from 'node:fs'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { formatDiagnostic } from '../diagnostic/format.ts'
import { cleanDiagnostic } from '../report/clean.ts'
import type { Emit } from '../runner/events.ts'
import { exit } from './exit.ts'

export interface Watch {
  /** Passes events on, and so knows what runs. */
  readonly emit: Emit
  /** To be called when the run has ended as runs do. */
  release(): void
}

/**
 * A stage's code runs in this process, and may end it: by `process.exit`, by an error that nobody can catch, or by waiting
 * for what never comes, when Node ends because there is nothing to do. Without these words such a run would seem done, or
 * say nothing of the stage.
 */
export const watchForSuddenEnd = (pass: Emit, signal: AbortSignal): Watch => {
  const begun = performance.now()
  const running = new Set<string>()
  // In the order of the plan: which of two started first is chance.
  let order: readonly string[] = []
  const atWork = (): ReadonlySet<string> => new Set(order.filter(name => running.has(name)))
  const tell = (working: ReadonlySet<string>, what: Words): void => {
    release()
    const diagnostic: Diagnostic = { severity: 'error', code: 'sudden-end', ...what }
    const [only] = working.size === 1 ? working : []
    pass({ event: 'diagnostic', ...(only !== undefined && { stage: only }), diagnostic })
    for (const name of working) pass({ event: 'stage', name, status: name === only ? 'failed' : 'interrupted' })
    pass({ event: 'run', status: 'failed', ms: Math.round(performance.now() - begun) })
    say(diagnostic)
    process.exitCode = exit.failed
  }
  const ended = (code: number): void => {
    // The second Ctrl-C.
    const working = atWork()
    if (signal.aborted || working.size === 0) return
    tell(working, exited(working, code))
  }
  const idle = (): void => {
    const working = atWork()
    if (working.size > 0) tell(working, neverEnds(working))
  }
  const thrown = (error: unknown): void => {
    const working = atWork()
    if (working.size === 0) return
    tell(working, uncaught(working, error))
    process.exit(exit.failed)
  }
  const release = (): void => {
    process.removeListener('exit', ended)
    process.removeListener('beforeExit', idle)
    process.removeListener('uncaughtException', thrown)
  }
  process.on('exit', ended)
  process.on('beforeExit', idle)
  process.prependListener('uncaughtException', thrown)
  return {
    emit(event) {
      if (event.event === 'run' && event.status === 'started') order = event.stages
      if (event.event === 'stage' && event.status === 'started') running.add(event.name)
      else if (event.event === 'stage' && event.status !== 'waiting') running.delete(event.name)
      pass(event)
    },
    release,
  }
}

type Words = Pick<Diagnostic, 'message' | 'hint'>

const exited = (stages: ReadonlySet<string>, code: number): Words => ({
  message: `Expected ${named(stages)} to return or to throw, but the whole process was ended with exit code ${code}:\n${callers()}`,
  hint: 'Throw an error instead of calling process.exit: then what other stages have made is kept.',
})

const neverEnds = (stages: ReadonlySet<string>): Words => ({
  message: `Expected ${named(stages)} to return or to throw, but it waits for something that cannot come any more.`,
  hint: 'Look there for a promise that is never settled.',
})

const uncaught = (stages: ReadonlySet<string>, error: unknown): Words => {
  const { stack = `${String(error)} was thrown` } = (error ?? {}) as Partial<Error>
  return {
    message: `While ${named(stages)} ran, an error came where nobody could catch it:\n${stack}`,
    hint: 'It comes from a callback, or from a promise that nobody awaits: `await` it in the stage.',
  }
}

const named = (stages: ReadonlySet<string>): string =>
  stages.size === 1
    ? `stage \`${[...stages][0]}\``
    : `one of the stages ${[...stages].map(name => `\`${name}\``).join(', ')}`

/** Who called `process.exit`: listeners are called by it. */
const callers = (): string => {
  const lines = (new Error().stack ?? '').split('\n')
  return lines.slice(1 + lines.findLastIndex(line => line.includes('process.exit '))).join('\n')
}

/** Straight to the file: the live report may hold what is written to the stream. */
const say = (diagnostic: Diagnostic): void => {
  try {
    writeSync(2, `\n${formatDiagnostic(cleanDiagnostic(diagnostic), { cwd: process.cwd() })}\n`)
  } catch {
    // Nobody is there to be told.
  }
}
