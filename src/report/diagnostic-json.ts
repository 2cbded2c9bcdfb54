import type { Diagnostic } from '../diagnostic/diagnostic.ts'

/** A diagnostic as `--json` prints it: where it points, without the text it points into. */
export const diagnosticJson = ({ severity, code, message, hint, range }: Diagnostic): object => ({
  severity,
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
  ...(range === undefined
    ? {}
    : {
        file: range.source.name,
        line: range.start.line,
        column: range.start.column,
        endLine: range.end.line,
        endColumn: range.end.column,
      }),
})
