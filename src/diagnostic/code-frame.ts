import { isAbsolute } from 'node:path'
import { type Cell, cellsOf } from './cells.ts'
import type { SourceRange } from './diagnostic.ts'
import { type Paint, plain } from './paint.ts'
import { lineCount, lineStart, lineText } from './position.ts'

export interface FrameOptions {
  /** Lines shown before and after the first line of the range. */
  readonly context?: number
  /** Columns after which a line is clipped. */
  readonly width?: number
  readonly paint?: Paint
}

/**
 * The lines around a range with carets under it (of a range over several lines, under the first). A file's lines are
 * numbered; an argument is shown behind its flag, as it was typed.
 */
export const codeFrame = (
  range: SourceRange,
  { context = 2, width = 100, paint = plain }: FrameOptions = {},
): string => {
  const { source, start, end } = range
  const first = Math.max(1, start.line - context)
  const last = Math.max(start.line, Math.min(lineCount(source), start.line + context))

  const focus = lineText(source, start.line)
  const from = start.offset - lineStart(source, start.line)
  const to = end.line === start.line ? from + end.offset - start.offset : focus.trimEnd().length
  const skipped = firstUnit(focus, from, width)
  const view = viewOf(cellsOf(cut(focus, skipped, width)), from - skipped, to - skipped, width)

  const gutter = gutterOf(source.name, last)
  const rows: string[] = []
  for (let line = first; line <= last; line++) {
    const text = clip(cellsOf(cut(lineText(source, line), skipped, width)), view.left, width, skipped > 0)
    rows.push(paint('gutter', gutter(line, line === start.line)) + text)
    if (line === start.line) {
      rows.push(
        paint('gutter', gutter(undefined, false)) + ' '.repeat(view.indent) + paint('caret', '^'.repeat(view.length)),
      )
    }
  }
  return rows.map(row => row.trimEnd()).join('\n')
}

/** `> 12 | ` before a file's line, the flag before an argument. */
const gutterOf = (name: string, last: number): ((line: number | undefined, marked: boolean) => string) => {
  if (!isAbsolute(name)) return line => `  ${line === 1 ? name : ' '.repeat(name.length)} `
  const digits = String(last).length
  return (line, marked) => `${marked ? '>' : ' '} ${String(line ?? '').padStart(digits)} | `
}

/** The columns where the view of a long line starts, where the carets start in it, and how many there are. */
const viewOf = (cells: readonly Cell[], start: number, stop: number, width: number) => {
  const column = (unit: number) => cells.reduce((sum, cell) => (cell.at < unit ? sum + cell.width : sum), 0)
  const from = column(start)
  const to = column(stop)
  const margin = Math.floor(width / 4)
  const furthest = column(Number.POSITIVE_INFINITY) - width
  const left = to <= width ? 0 : Math.max(0, Math.min(from - margin, to + margin - width, furthest))
  return { left, indent: from - left, length: Math.max(1, Math.min(to, left + width) - from) }
}

/** What stands between two columns; an ellipsis takes the place of what is cut off at either side. */
const clip = (cells: readonly Cell[], left: number, width: number, skipped: boolean): string => {
  const shown: string[] = []
  let column = 0
  for (const cell of cells) {
    const columns = Math.min(column + cell.width, left + width) - Math.max(column, left)
    if (columns > 0) shown.push(columns === cell.width ? cell.text : ' '.repeat(columns))
    else if (cell.width === 0 && shown.length > 0 && column <= left + width) shown[shown.length - 1] += cell.text
    column += cell.width
  }
  if ((left > 0 || skipped) && shown.length > 0) shown[0] = '…'.padEnd(shown[0]!.length)
  return shown.join('') + (column > left + width ? '…' : '')
}

// A line of a data file can be as long as the file: only the part near the range is cut into cells.
const firstUnit = (line: string, start: number, width: number): number =>
  line.length > 8 * width ? Math.max(0, start - 2 * width) : 0
const cut = (line: string, first: number, width: number): string =>
  line.length > 8 * width ? line.slice(first, first + 8 * width) : line.slice(first)
