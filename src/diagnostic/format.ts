import { isAbsolute, relative, sep } from 'node:path'
import { codeFrame } from './code-frame.ts'
import type { Diagnostic, SourceRange } from './diagnostic.ts'
import { ansi, plain } from './paint.ts'

export interface FormatOptions {
  readonly color?: boolean
  /** Paths inside this folder are shown relative to it. */
  readonly cwd: string
}

/**
 * The whole text of a diagnostic, without a line break at its end: `error[code] path:line:column: message`, the code
 * frame, the related places with theirs, the hint.
 */
export const formatDiagnostic = (diagnostic: Diagnostic, { color = false, cwd }: FormatOptions): string => {
  const { severity, code, message, range, hint, related = [] } = diagnostic
  const paint = color ? ansi : plain
  const place = (at: SourceRange) => `${paint('place', placeOf(at, cwd))}: `

  const lines = [`${paint(severity, severity)}${paint('code', `[${code}]`)} ${range ? place(range) : ''}${message}`]
  if (range) lines.push(codeFrame(range, { paint }))
  for (const note of related) {
    lines.push(`${paint('label', 'note')} ${place(note.range)}${note.message}`)
    lines.push(codeFrame(note.range, { paint, context: 0 }))
  }
  if (hint !== undefined) lines.push(`${paint('label', 'hint')}: ${hint}`)
  return lines.join('\n')
}

/** All of them in the order of their places, with an empty line between. */
export const formatDiagnostics = (diagnostics: readonly Diagnostic[], options: FormatOptions): string =>
  inOrder(diagnostics)
    .map(diagnostic => formatDiagnostic(diagnostic, options))
    .join('\n\n')

/** Sorted as a reader goes through them: those without a place, then arguments, then each file from top to bottom. */
export const inOrder = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.toSorted((one, other) => {
    const byKind = kindOf(one) - kindOf(other)
    if (byKind !== 0 || !one.range || !other.range || kindOf(one) !== 2) return byKind
    const [a, b] = [one.range, other.range]
    if (a.source.name !== b.source.name) return a.source.name < b.source.name ? -1 : 1
    return a.start.offset - b.start.offset
  })

const kindOf = ({ range }: Diagnostic): 0 | 1 | 2 => (!range ? 0 : isAbsolute(range.source.name) ? 2 : 1)

/** `path:line:column` of a place in a file; the flag alone of a place in an argument. */
export const placeOf = ({ source, start }: SourceRange, cwd: string): string =>
  isAbsolute(source.name) ? `${displayPath(source.name, cwd)}:${start.line}:${start.column}` : source.name

/** A path as messages show it: relative to the current folder where it lies inside. */
export const displayPath = (path: string, cwd: string): string => {
  const inside = relative(cwd, path)
  return inside === '' ? '.' : inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? path : inside
}
