import { type Refusal, refusalOf, refusedByCache } from '../cache/refusal.ts'
import { isDiagnosticsError } from '../diagnostic/diagnostic.ts'
import type { PlannedStage } from '../plan/plan.ts'
import { isStageError, type StageProblem } from '../plugin/stage-error.ts'
import type { RunEvent } from './events.ts'
import { problemDiagnostic } from './problem.ts'

/** What is said about something that was thrown: the user's mistakes as diagnostics, anything else as a bug. */
export const failureEvents = ({ name }: PlannedStage, error: unknown, cacheFolder: string): RunEvent[] => {
  if (isStageError(error)) return [{ event: 'diagnostic', stage: name, diagnostic: problemDiagnostic(error.problem) }]
  const known = isDiagnosticsError(error) ? error : refusedByCache(error, cacheFolder)
  if (known !== undefined)
    return known.diagnostics.map(diagnostic => ({ event: 'diagnostic', stage: name, diagnostic }))
  const refusal = refusalOf(error)
  if (refusal?.code === 'ENOSPC' || refusal?.code === 'EDQUOT')
    return [{ event: 'diagnostic', stage: name, diagnostic: problemDiagnostic(full(refusal)) }]
  if (hasCode(error, 'ERR_WORKER_OUT_OF_MEMORY'))
    return [{ event: 'diagnostic', stage: name, diagnostic: problemDiagnostic(outOfMemory(name)) }]
  const { message, stack } = asError(error)
  return [{ event: 'bug', stage: name, message, stack: stack ?? '' }]
}

/** A full disk is nobody's bug, wherever it is. */
const full = ({ code, reason, path }: Refusal): StageProblem => ({
  code: 'disk-full',
  message: `Expected to write, but ${reason} (${code})${path === undefined ? '' : `: ${path}`}.`,
  hint: 'Make room where the stage writes, and run again.',
})

/** Of a thread that Node has ended. Where the main thread's memory does not suffice, V8 ends the process, and says so. */
const outOfMemory = (stage: string): StageProblem => ({
  code: 'out-of-memory',
  message: `Expected a thread of stage \`${stage}\` to do its work, but its memory did not suffice (ERR_WORKER_OUT_OF_MEMORY).`,
  hint: 'Where the machine has more, let Node take it: NODE_OPTIONS=--max-old-space-size=8192 (megabytes). What is finished is kept.',
})

const hasCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && (error as NodeJS.ErrnoException).code === code

const asError = (error: unknown): { readonly message: string; readonly stack?: string } =>
  typeof error === 'object' && error !== null && 'message' in error
    ? (error as { readonly message: string; readonly stack?: string })
    : { message: `${String(error)} was thrown` }
