import { createHash } from 'node:crypto'
import type { Cell } from './cells.ts'

/** How the axes are called where there is little room: by the last name of their path, if that is one axis's alone. */
export const shortNames = (axes: readonly string[]): readonly string[] => {
  const last = (axis: string) => axis.split('.').at(-1)!
  return axes.map(axis => (axes.filter(other => last(other) === last(axis)).length > 1 ? axis : last(axis)))
}

/** What tells a cell from the others: `learning_rate=3e-5, seed=1`, without what `--set` has chosen for all. */
export const cellName = (cell: Cell): string => {
  const names = shortNames(cell.map(({ axis }) => axis))
  return cell.flatMap(({ text, chosen }, index) => (chosen ? [] : [`${names[index]}=${text}`])).join(', ')
}

/** The `--set` arguments with which an ordinary run is this cell. */
export const cellSettings = (cell: Cell): readonly string[] => cell.map(({ path, text }) => `${path}=${text}`)

const longestFolder = 100

/** A name for a folder of the cell, the same whether `--set` has chosen it or not. */
export const cellFolder = (cell: Cell): string => {
  const name = cellName(cell.map(each => ({ ...each, chosen: false })))
  const plain = name.replaceAll(', ', ',').replaceAll(/[^\w.=,+-]+/g, '_')
  if (plain.length <= longestFolder && plain === name.replaceAll(', ', ',')) return plain
  return `${plain.slice(0, longestFolder)}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
}
