import { cellsOf } from '../diagnostic/cells.ts'

/** How many columns of a terminal a text takes. */
export const widthOf = (text: string): number =>
  narrow.test(text) ? text.length : cellsOf(text).reduce((sum, { width }) => sum + width, 0)

/** What a line has room for: as much as the terminal; in a pipe or a file, which something else may read, lines stay whole. */
export const lineWidth = ({ isTTY, columns }: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>): number =>
  isTTY && columns > 0 ? columns : Number.POSITIVE_INFINITY

/** Nearly all texts: each unit a column, which is seen without taking them apart. */
const narrow = /^[\x20-\x7e\xa0-\u02ff\u2010-\u2027\u2190-\u2193\u2580-\u259f]*$/

/** A text in at most so many columns; where something is left out, `…` stands for it. */
export const cut = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text
  let left = width - 1
  const shown = cellsOf(text).findIndex(cell => {
    left -= cell.width
    return left < 0
  })
  return width < 1 ? '' : `${text.slice(0, cellsOf(text)[shown]!.at)}…`
}
