import { readFileSync, statSync } from 'node:fs'
import type { Diagnostic, SourceRange } from '../diagnostic/diagnostic.ts'
import { displayPath } from '../diagnostic/format.ts'
import { rangeAt, rangeOfLine } from '../diagnostic/position.ts'
import { fromPointer } from '../plugin/pointer.ts'
import type { StageProblem } from '../plugin/stage-error.ts'
import { jsonPlace } from './json-place.ts'

/** Larger files are named without showing the place: reading them would take longer than the message is worth. */
const largest = 256e6

/** The diagnostic of a mistake that a stage found while running, with its place in the file where that can be shown. */
export const problemDiagnostic = ({ code, message, file, pointer, hint }: StageProblem): Diagnostic => {
  const range = file !== undefined && pointer !== undefined ? rangeIn(file, pointer) : undefined
  const place = file !== undefined && range === undefined ? `${placeName(file, pointer)}: ` : ''
  return {
    severity: 'error',
    code,
    message: `${place}${message}`,
    ...(range !== undefined && { range }),
    ...(hint !== undefined && { hint }),
  }
}

const placeName = (file: string, pointer = ''): string => {
  const path = displayPath(file, process.cwd())
  return pointer === '' || pointer.startsWith('/') ? `${path}${pointer && `#${pointer}`}` : `${path}:${pointer}`
}

const rangeIn = (file: string, pointer: string): SourceRange | undefined => {
  const text = textOf(file)
  if (text === undefined) return undefined
  const source = { name: file, text }
  const [, line, column] = /^(\d+):(\d+)$/.exec(pointer) ?? []
  if (line !== undefined) return rangeOfLine(source, Number(line), Number(column))
  const { start, end } = jsonPlace(text, fromPointer(pointer))
  return rangeAt(source, start, end)
}

/** Text that JSON may be in; nothing of what is packed, too large or gone. */
const textOf = (file: string): string | undefined => {
  try {
    if (statSync(file).size > largest) return undefined
    const text = readFileSync(file, 'utf8')
    return text.slice(0, 1000).includes('\0') || text.startsWith('\x1f') ? undefined : text.replace(/^\ufeff/, '')
  } catch {
    return undefined
  }
}
