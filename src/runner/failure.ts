import { isDiagnosticsError } from '../diagnostic/diagnostic.ts'
import type { PlannedStage } from '../plan/plan.ts'
import { isStageError } from '../plugin/stage-error.ts'
import type { RunEvent } from './events.ts'
import { problemDiagnostic } from './problem.ts'

/** What is said about something that was thrown: the user's mistakes as diagnostics, anything else as a bug. */
export const failureEvents = ({ name }: PlannedStage, error: unknown, cacheFolder: string): RunEvent[] => {
  if (isStageError(error)) return [{ event: 'diagnostic', stage: name, diagnostic: problemDiagnostic(error.problem) }]
  if (isDiagnosticsError(error))
    return error.diagnostics.map(diagnostic => ({ event: 'diagnostic', stage: name, diagnostic }))
  const problem = diskProblem(error, cacheFolder)
  if (problem !== undefined) return [{ event: 'diagnostic', stage: name, diagnostic: problemDiagnostic(problem) }]
  const { message, stack } = asError(error)
  return [{ event: 'bug', stage: name, message, stack: stack ?? '' }]
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission is denied',
  EPERM: 'the operation is not permitted',
  EROFS: 'the disk is read-only',
  ENOTSUP: 'its file system has no hard links',
}

/** A disk that does not take what is written into the cache is nobody's bug. */
const diskProblem = (error: unknown, cacheFolder: string) => {
  if (typeof error !== 'object' || error === null) return undefined
  const { code = '', path = '' } = error as NodeJS.ErrnoException
  const reason = reasons[code]
  if (reason === undefined || !path.startsWith(cacheFolder)) return undefined
  return {
    code: 'cache-not-writable',
    message: `Expected to write into the cache, but ${reason} (${code}): ${path}`,
    hint: 'Make room there, or keep results in another folder with --cache-dir.',
  }
}

const asError = (error: unknown): { readonly message: string; readonly stack?: string } =>
  typeof error === 'object' && error !== null && 'message' in error
    ? (error as { readonly message: string; readonly stack?: string })
    : { message: `${String(error)} was thrown` }
