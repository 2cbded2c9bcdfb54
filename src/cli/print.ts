import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { formatDiagnostics } from '../diagnostic/format.ts'
import { cleanDiagnostic } from '../report/clean.ts'
import { takesColor } from '../report/color.ts'
import { fold } from '../report/fold.ts'
import { fittedTable } from '../report/table.ts'
import { lineWidth } from '../report/width.ts'

/** Prints lines on stdout. */
export const print = (...lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`)

/** Rows in columns, as there is room for them. */
export const laidOut = (rows: readonly (readonly string[])[], right?: readonly number[]): string[] =>
  fittedTable(rows, lineWidth(process.stdout), right)

/** A sentence, as there is room for it. Not for lines of shell, which are to be copied. */
export const folded = (text: string, indent = ''): string[] => fold(text, lineWidth(process.stdout), indent)

/** Prints one JSON value on stdout, on one line. */
export const printJson = (value: object): void => print(JSON.stringify(value))

/** Prints lines on stdout as fast as they are taken; a reader that has seen enough (`| head`) ends it quietly. */
export const printAll = (lines: AsyncIterable<string>): Promise<void> => printChunks(inChunks(lines))

/** The same, of text that is printed as it comes. */
export const printChunks = async (chunks: AsyncIterable<string>): Promise<void> => {
  try {
    await pipeline(Readable.from(chunks), process.stdout, { end: false })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  }
}

async function* inChunks(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let chunk = ''
  for await (const line of lines) {
    chunk += `${line}\n`
    if (chunk.length < 65_536) continue
    yield chunk
    chunk = ''
  }
  if (chunk !== '') yield chunk
}

/** Prints diagnostics on stderr, in the order of their places. */
export const printDiagnostics = (diagnostics: readonly Diagnostic[]): void => {
  if (diagnostics.length === 0) return
  const { stderr, env } = process
  const color = takesColor(stderr, env)
  stderr.write(`${formatDiagnostics(diagnostics.map(cleanDiagnostic), { color, cwd: process.cwd() })}\n`)
}
