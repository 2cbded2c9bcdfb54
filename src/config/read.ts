import { readFileSync } from 'node:fs'
import type { Diagnostic, SourceText } from '../diagnostic/diagnostic.ts'
import { displayPath } from '../diagnostic/format.ts'
import { rangeAt } from '../diagnostic/position.ts'

export type Text = { readonly source: SourceText } | { readonly diagnostic: Diagnostic }

const largest = 16 * 2 ** 20

/** Reads a text file that must be UTF-8; a byte order mark is dropped. */
export const readText = (file: string, cwd: string): Text => {
  const fail = (code: string, message: string, hint: string, range?: Diagnostic['range']): Text => ({
    diagnostic: { severity: 'error', code, message, hint, ...(range && { range }) },
  })
  const shown = `\`${displayPath(file, cwd)}\``
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    return fail(
      'file-unreadable',
      `${shown} cannot be read: ${reasons[code] ?? code}.`,
      'Check the file and its permissions.',
    )
  }
  if (bytes.length > largest) {
    return fail(
      'file-too-large',
      `${shown} has ${bytes.length} bytes; a pipeline file has at most ${largest}.`,
      'Name the YAML file that describes the stages.',
    )
  }
  if (/^(fffe|feff)/.test(bytes.toString('hex', 0, 2))) {
    return fail('file-encoding', `${shown} is UTF-16, where UTF-8 is expected.`, 'Save it as UTF-8.')
  }
  try {
    return { source: { name: file, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) } }
  } catch {
    const source = { name: file, text: bytes.toString('utf8') }
    const { at, byte } = firstWrongByte(bytes, source.text)
    const message = `The file is not UTF-8: the byte 0x${byte.toString(16)} is not part of a character.`
    return fail('file-encoding', message, 'Save it as UTF-8.', rangeAt(source, at, at + 1))
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EISDIR: 'it is a folder',
  ENOENT: 'it is gone',
  ELOOP: 'its links go in a circle',
}

/** The first byte that is not UTF-8, and its offset in the text that was made of the bytes all the same. */
const firstWrongByte = (bytes: Buffer, text: string): { at: number; byte: number } => {
  const again = Buffer.from(text)
  const index = again.findIndex((byte, position) => byte !== bytes[position])
  return { at: bytes.toString('utf8', 0, index).length, byte: bytes[index]! }
}
