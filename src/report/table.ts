import { fold } from './fold.ts'
import { widthOf } from './width.ts'

type Rows = readonly (readonly string[])[]

/** Lays out rows in columns two spaces apart; the columns named in `right` are aligned to the right. */
export const table = (rows: Rows, right: readonly number[] = []): string[] => {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, i) => Math.max(widest[i] ?? 0, widthOf(cell))),
    [],
  )
  return rows.map(row =>
    row
      .map((cell, i) => {
        const gap = ' '.repeat(widths[i]! - widthOf(cell))
        return right.includes(i) ? gap + cell : cell + gap
      })
      .join('  ')
      .trimEnd(),
  )
}

/**
 * The same in lines of at most `width` columns. Where there is not room for all, the last column is broken at its spaces;
 * where even that has no room, the first column stands alone, and all else below it.
 */
export const fittedTable = (rows: Rows, width: number, right: readonly number[] = []): string[] =>
  fittedRows(rows, width, right).flat()

/** The lines of each row of it. */
export const fittedRows = (rows: Rows, width: number, right: readonly number[] = []): string[][] => {
  const whole = table(rows, right)
  if (fits(whole, width)) return whole.map(line => [line])
  return lastFolded(rows, width, right) ?? rows.map(row => below(row, width))
}

/** A column that is narrower reads worse than lines below. */
const narrowest = 24

const lastFolded = (rows: Rows, width: number, right: readonly number[]): string[][] | undefined => {
  const firsts = table(
    rows.map(row => row.slice(0, -1)),
    right,
  )
  const left = Math.max(...firsts.map(widthOf)) + 2
  const room = width - left
  if (room < narrowest) return undefined
  const folded = rows.map((row, index) => {
    const [start = '', ...more] = fold(row.at(-1) ?? '', room)
    const first = firsts[index]!
    const beside = first + ' '.repeat(left - widthOf(first)) + start
    return [beside.trimEnd(), ...more.map(line => ' '.repeat(left) + line)]
  })
  return folded.every(lines => fits(lines, width)) ? folded : undefined
}

const below = ([name = '', ...cells]: readonly string[], width: number): string[] => {
  const indent = ' '.repeat(name.length - name.trimStart().length + 4)
  const said = cells.filter(cell => cell !== '').join('  ')
  const lines = said === '' ? [] : fold(said, width - indent.length).map(line => indent + line.trimStart())
  return name.trim() === '' ? lines : [name, ...lines]
}

const fits = (lines: readonly string[], width: number): boolean => lines.every(line => widthOf(line) <= width)
