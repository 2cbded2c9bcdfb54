import { dirname, isAbsolute, relative } from 'node:path'
import type { Path, PipelineDocument } from '../config/document.ts'
import type { Diagnostic, SourceRange } from '../diagnostic/diagnostic.ts'
import type { Written } from './plan.ts'

/** What a part of planning is given: the document, and where to put the mistakes it finds. */
export interface Context {
  readonly document: PipelineDocument
  readonly report: (diagnostic: Diagnostic) => void
}

type Details = Partial<Pick<Diagnostic, 'hint' | 'related' | 'severity'>>

/** Reports a mistake at a range. Details that are undefined are left out. */
export const fail = (
  { report }: Context,
  code: string,
  message: string,
  range: SourceRange,
  { hint, related, severity = 'error' }: { readonly [K in keyof Details]: Details[K] | undefined } = {},
): void =>
  report({
    severity,
    code,
    message,
    range,
    ...(hint !== undefined && { hint }),
    ...(related !== undefined && related.length > 0 && { related }),
  })

/** Where a stage's parameter stands in the document. */
export const parameterPath = (stage: string, segments: Path = []): Path => ['stages', stage, 'with', ...segments]

/** Where a value of the document was written. */
export const writtenAt = ({ document }: Pick<Context, 'document'>, path: Path): Written => ({
  range: document.locate(path),
  related: document.origins(path),
})

/** `file:line` of a range, the file relative to the pipeline's folder; the flag alone of an argument. */
export const placeOf = ({ document }: Pick<Context, 'document'>, { source, start }: SourceRange): string =>
  isAbsolute(source.name) ? `${relative(dirname(document.file), source.name)}:${start.line}` : source.name

/** `` `a`, `b` and `c` ``. */
export const listed = (names: readonly string[], joint = 'and'): string => {
  const quoted = names.map(name => `\`${name}\``)
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} ${joint} ${quoted.at(-1)}`
}
