import { isDiagnosticsError } from '../diagnostic/diagnostic.ts'
import { fromPointer } from '../plugin/pointer.ts'
import type { Problem } from '../plugin/stage.ts'
import { isStageError } from '../plugin/stage-error.ts'
import { reportBug } from './bug.ts'
import { type Context, fail, parameterPath } from './context.ts'

/**
 * Calls into a stage. What it throws on purpose is a mistake of the user's, of which `quiet` says that it follows from one
 * that is reported elsewhere; anything else is a bug of the stage.
 */
export const guarded = async (
  context: Context,
  stage: string,
  part: 'unused' | 'facts' | 'check' | 'machine' | 'resources',
  call: () => unknown,
  quiet = false,
): Promise<void> => {
  try {
    await call()
  } catch (error) {
    if (isDiagnosticsError(error)) for (const diagnostic of error.diagnostics) context.report(diagnostic)
    else if (isStageError(error)) {
      if (quiet) return
      const { code, message, file, hint } = error.problem
      reportProblem(context, stage, {
        code,
        message: file === undefined ? message : `${file}: ${message}`,
        ...(hint !== undefined && { hint }),
      })
    } else reportBug(context, stage, `\`${part}\``, error)
  }
}

/** Reports what a stage found wrong, at the place in its configuration that it names. */
export const reportProblem = (
  context: Context,
  stage: string,
  { code, message, at, hint, severity }: Problem,
): void => {
  const { document } = context
  const path = at === undefined ? ['stages', stage] : parameterPath(stage, fromPointer(at))
  const range = document.locate(path, at === undefined ? 'key' : 'value')
  fail(context, code, message, range, { hint, severity, related: at === undefined ? [] : document.origins(path) })
}
