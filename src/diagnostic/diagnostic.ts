/** A place in a text: line and column count from 1 (columns in code points), offset counts UTF-16 units from 0. */
export interface Position {
  readonly line: number
  readonly column: number
  readonly offset: number
}

/** A text that a diagnostic can point into: a file, or a command-line argument such as `--set vars.x=1`. */
export interface SourceText {
  /** Absolute path of a file, or the name of the flag that the text was given with. */
  readonly name: string
  readonly text: string
}

export interface SourceRange {
  readonly source: SourceText
  readonly start: Position
  readonly end: Position
}

export type Severity = 'error' | 'warning'

/**
 * One mistake of the user's. `message` says what was expected and what was found, in one or more sentences;
 * `hint` says what to do about it; `related` points at other places that matter.
 */
export interface Diagnostic {
  readonly severity: Severity
  readonly code: string
  readonly message: string
  readonly range?: SourceRange
  readonly hint?: string
  readonly related?: readonly { readonly message: string; readonly range: SourceRange }[]
}

const tag = Symbol.for('sluice.diagnostics')

/** An error that carries diagnostics: thrown where a function cannot return them. */
export type DiagnosticsError = Error & { readonly [tag]: true; readonly diagnostics: readonly Diagnostic[] }

/** Makes the error that carries these diagnostics. */
export const diagnosticsError = (...diagnostics: readonly Diagnostic[]): DiagnosticsError =>
  Object.assign(new Error(diagnostics.map(each => each.message).join('\n')), { [tag]: true as const, diagnostics })

/** True for errors made by `diagnosticsError`, those of another copy of this package included. */
export const isDiagnosticsError = (error: unknown): error is DiagnosticsError =>
  typeof error === 'object' && error !== null && tag in error
