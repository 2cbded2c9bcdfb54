import { isDiagnosticsError } from '../diagnostic/diagnostic.ts'
import { isStageError } from '../plugin/stage-error.ts'
import { problemDiagnostic } from '../runner/problem.ts'
import { type ExitCode, exit } from './exit.ts'
import { printDiagnostics } from './print.ts'

/** Answers from the cache. That something is not there, or is damaged, is no mistake in the pipeline: the exit code is 1. */
export const lookUpAnswer = async (answer: () => Promise<ExitCode>): Promise<ExitCode> => {
  try {
    return await answer()
  } catch (error) {
    if (isStageError(error)) printDiagnostics([problemDiagnostic(error.problem)])
    else if (isDiagnosticsError(error)) printDiagnostics(error.diagnostics)
    else throw error
    return exit.failed
  }
}
