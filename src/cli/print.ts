import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { formatDiagnostics } from '../diagnostic/format.ts'

/** Prints lines on stdout. */
export const print = (...lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`)

/** Prints one JSON value on stdout, on one line. */
export const printJson = (value: object): void => print(JSON.stringify(value))

/** Prints diagnostics on stderr, in the order of their places. */
export const printDiagnostics = (diagnostics: readonly Diagnostic[]): void => {
  if (diagnostics.length === 0) return
  const { stderr, env } = process
  const color = stderr.isTTY && env.TERM !== 'dumb' && (env.NO_COLOR ?? '') === ''
  stderr.write(`${formatDiagnostics(diagnostics, { color, cwd: process.cwd() })}\n`)
}
