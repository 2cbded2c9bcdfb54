import { stripVTControlCharacters } from 'node:util'

/** A text from outside without terminal sequences and control characters; only line feeds stay. */
export const clean = (text: string): string =>
  stripVTControlCharacters(text)
    .replaceAll('\r\n', '\n')
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, ' ')
