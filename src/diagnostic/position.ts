import type { Position, SourceRange, SourceText } from './diagnostic.ts'

/** The position of an offset (UTF-16 units from 0; one past the end of the text is allowed). */
export const positionAt = (source: SourceText, offset: number): Position => {
  const starts = lineStarts(source)
  const line = lineOf(starts, offset)
  return { line, column: codePoints(source.text, starts[line - 1]!, offset) + 1, offset }
}

/** The range between two offsets. */
export const rangeAt = (source: SourceText, start: number, end = start): SourceRange => ({
  source,
  start: positionAt(source, start),
  end: positionAt(source, end),
})

/**
 * The range of one place, given as a line and a column in code points, both from 1; without a column, that of the
 * line without its indentation. Places outside the text are moved to its nearest one.
 */
export const rangeOfLine = (source: SourceText, line: number, column?: number): SourceRange => {
  const starts = lineStarts(source)
  const nearest = Math.min(Math.max(line, 1), starts.length)
  const start = starts[nearest - 1]!
  const text = lineText(source, nearest)
  if (column === undefined) return rangeAt(source, start + text.search(/\S|$/), start + text.trimEnd().length)
  const at = unitsOf(text, column - 1)
  return rangeAt(source, start + at, start + unitsOf(text, 1, at))
}

/** The text of a line (from 1), without its line break; empty outside the text. */
export const lineText = (source: SourceText, line: number): string => {
  const starts = lineStarts(source)
  const start = starts[line - 1]
  return start === undefined ? '' : source.text.slice(start, starts[line]).replace(/\r?\n$/, '')
}

/** The offset at which a line (from 1) starts. */
export const lineStart = (source: SourceText, line: number): number =>
  lineStarts(source)[line - 1] ?? source.text.length

/** How many lines the text has; nothing after the last line break is no line. */
export const lineCount = (source: SourceText): number =>
  lineStarts(source).length - (source.text.endsWith('\n') ? 1 : 0)

const known = new WeakMap<SourceText, readonly number[]>()

const lineStarts = (source: SourceText): readonly number[] => {
  const before = known.get(source)
  if (before) return before
  const starts = [0]
  for (let at = source.text.indexOf('\n'); at >= 0; at = source.text.indexOf('\n', at + 1)) starts.push(at + 1)
  known.set(source, starts)
  return starts
}

/** The line (from 1) that an offset is on, by bisection. */
const lineOf = (starts: readonly number[], offset: number): number => {
  let low = 0
  let high = starts.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (starts[middle]! <= offset) low = middle
    else high = middle
  }
  return low + 1
}

const codePoints = (text: string, start: number, end: number): number => {
  let count = 0
  for (let at = start; at < end; at += text.codePointAt(at)! > 0xffff ? 2 : 1) count++
  return count
}

/** The offset in a text that lies so many code points after another one, or at its end. */
const unitsOf = (text: string, count: number, from = 0): number => {
  let at = from
  for (let left = count; left > 0 && at < text.length; left--) at += text.codePointAt(at)! > 0xffff ? 2 : 1
  return at
}
