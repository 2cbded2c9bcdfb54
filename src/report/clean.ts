import { stripVTControlCharacters } from 'node:util'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'

/** A text from outside without terminal sequences and control characters; only line feeds stay. */
export const clean = (text: string): string =>
  stripVTControlCharacters(text)
    .replaceAll('\r\n', '\n')
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, ' ')

/** A diagnostic whose words are clean, before it is given colours of its own: a stage may have put anything into them. */
export const cleanDiagnostic = (diagnostic: Diagnostic): Diagnostic => ({
  ...diagnostic,
  message: clean(diagnostic.message),
  ...(diagnostic.hint !== undefined && { hint: clean(diagnostic.hint) }),
  ...(diagnostic.related && {
    related: diagnostic.related.map(({ message, range }) => ({ message: clean(message), range })),
  }),
})
