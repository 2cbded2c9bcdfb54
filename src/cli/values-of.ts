import type { Cell } from '../config/cells.ts'

/** A cell's values by the names of their axes, as JSON has them. */
export const valuesOf = (cell: Cell): Readonly<Record<string, unknown>> =>
  Object.fromEntries(cell.map(({ axis, value }) => [axis, value]))
