import { type Direction, directionOf } from './direction.ts'

/** What one cell of a matrix has come to. */
export interface CellResult {
  /** Counted from 1. */
  readonly cell: number
  readonly status: string
  /** Of each axis the value, as it was spelt, and as it is. */
  readonly texts: readonly string[]
  readonly values: readonly unknown[]
  /** The numbers that its stages have reported, by metric. */
  readonly numbers: ReadonlyMap<string, number>
}

export interface Spread {
  readonly mean: number
  /** Sample standard deviation; of a single number there is none. */
  readonly sd?: number
  readonly n: number
}

export interface Row extends CellResult {
  /** The metrics in which it is the best. */
  readonly best: readonly string[]
}

/** Cells that differ only in the axis that is averaged over. */
export interface MeanRow {
  readonly texts: readonly string[]
  readonly values: readonly unknown[]
  readonly spreads: ReadonlyMap<string, Spread>
  readonly best: readonly string[]
}

export interface ResultsTable {
  readonly axes: readonly string[]
  readonly metrics: readonly string[]
  readonly rows: readonly Row[]
  /** What is averaged over, and the axes that are left. */
  readonly over?: string
  readonly others: readonly string[]
  readonly means: readonly MeanRow[]
}

/**
 * The table of all cells. Where it is averaged over an axis, the best are sought among the means: the best of several seeds
 * says more about luck than about the settings.
 */
export const resultsTable = (
  axes: readonly string[],
  cells: readonly CellResult[],
  over: string | undefined,
): ResultsTable => {
  const metrics = [...new Set(cells.flatMap(({ numbers }) => [...numbers.keys()]))]
  const at = over === undefined ? -1 : axes.indexOf(over)
  const means = at < 0 ? [] : meansOf(cells, at, metrics)
  const bestRows = bestIn(
    metrics,
    cells.map(({ numbers }) => numbers),
  )
  const bestMeans = bestIn(
    metrics,
    means.map(({ spreads }) => new Map([...spreads].map(([name, { mean }]) => [name, mean]))),
  )
  return {
    axes,
    metrics,
    rows: cells.map((cell, index) => ({ ...cell, best: at < 0 ? bestRows[index]! : [] })),
    ...(at >= 0 && { over: axes[at]! }),
    others: axes.filter((_, index) => index !== at),
    means: means.map((row, index) => ({ ...row, best: bestMeans[index]! })),
  }
}

const meansOf = (cells: readonly CellResult[], at: number, metrics: readonly string[]): Omit<MeanRow, 'best'>[] => {
  const without = <T>(all: readonly T[]): readonly T[] => all.filter((_, index) => index !== at)
  const names = [...new Set(cells.map(({ texts }) => JSON.stringify(without(texts))))]
  return names.map(name => {
    const group = cells.filter(({ texts }) => JSON.stringify(without(texts)) === name)
    const spreads = metrics.flatMap(metric => {
      const numbers = group.flatMap(({ numbers }) => numbers.get(metric) ?? [])
      return numbers.length === 0 ? [] : [[metric, spreadOf(numbers)] as const]
    })
    return { texts: without(group[0]!.texts), values: without(group[0]!.values), spreads: new Map(spreads) }
  })
}

/** Mean and sample standard deviation. */
export const spreadOf = (numbers: readonly number[]): Spread => {
  const n = numbers.length
  const mean = numbers.reduce((sum, each) => sum + each, 0) / n
  if (n < 2) return { mean, n }
  const squares = numbers.reduce((sum, each) => sum + (each - mean) ** 2, 0)
  return { mean, sd: Math.sqrt(squares / (n - 1)), n }
}

/** Of each row the metrics in which it is the best; none of a metric in which all are alike. */
const bestIn = (metrics: readonly string[], rows: readonly ReadonlyMap<string, number>[]): string[][] => {
  const best = new Map(
    metrics.flatMap(metric => {
      const direction = directionOf(metric)
      const numbers = rows.flatMap(row => row.get(metric) ?? []).filter(Number.isFinite)
      const first = numbers[0]
      if (!direction || numbers.every(each => each === first)) return []
      return [[metric, extremes[direction](...numbers)] as const]
    }),
  )
  return rows.map(row => metrics.filter(metric => best.has(metric) && row.get(metric) === best.get(metric)))
}

const extremes: Readonly<Record<Direction, (...numbers: readonly number[]) => number>> = {
  higher: Math.max,
  lower: Math.min,
}
