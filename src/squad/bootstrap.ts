/** A mean, and between which values it lies with 95 % confidence. */
export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
}

export interface BootstrapOptions {
  /** How often as many values as there are are drawn again. */
  readonly resamples: number
  readonly seed: number
}

/** The parts of the resampled means that lie below the ends of an interval. */
const ENDS = [0.025, 0.975] as const

/**
 * The means of columns of one length with their 95 % intervals: the rows are drawn again, with replacement, and the means of
 * what was drawn ordered (the percentile bootstrap). Each draw takes the row of every column, so that columns can be compared.
 */
export function bootstrap(columns: readonly Float64Array[], { resamples, seed }: BootstrapOptions): Interval[] {
  const rows = columns[0]?.length ?? 0
  if (rows === 0) return columns.map(() => ({ mean: 0, low: 0, high: 0 }))
  const draw = draws(seed, rows)
  const means = columns.map(() => new Float64Array(resamples))
  const sums = new Float64Array(columns.length)
  for (let round = 0; round < resamples; round++) {
    sums.fill(0)
    for (let left = rows; left > 0; left--) {
      const row = draw()
      for (let column = 0; column < columns.length; column++) sums[column]! += columns[column]![row]!
    }
    for (let column = 0; column < columns.length; column++) means[column]![round] = sums[column]! / rows
  }
  return columns.map((column, index) => {
    const ordered = means[index]!.sort()
    const [low, high] = ENDS.map(part => ordered[Math.round(part * (resamples - 1))]!) as [number, number]
    return { mean: column.reduce((sum, each) => sum + each, 0) / rows, low, high }
  })
}

/** Indexes below `bound`, the same for a seed on every machine (mulberry32). */
function draws(seed: number, bound: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * bound)
  }
}
