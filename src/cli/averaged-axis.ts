import { shortNames } from '../config/cell-name.ts'
import type { Cell } from '../config/cells.ts'
import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import { unknownName } from './arguments.ts'
import type { Flags } from './flags.ts'

/** The axis over which results are averaged: the one that `--mean-over` names, else that of the seed; undefined for none. */
export const averagedAxis = (cell: Cell, wanted: Flags['mean-over']): string | undefined => {
  const open = cell.filter(({ chosen }) => !chosen)
  if (wanted === 'none') return undefined
  if (wanted === undefined) return open.find(({ path }) => path.split('.').at(-1) === 'seed')?.axis
  const short = shortNames(open.map(({ axis }) => axis))
  const found = open.find(({ axis, path }, index) => [axis, path, short[index]].includes(wanted))
  if (found) return found.axis
  throw diagnosticsError(unknownName('unknown-axis', 'axis', wanted, [...open.map(({ axis }) => axis), 'none']))
}
