/** A mean, and between which values it lies with some confidence. */
export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
}

export interface BootstrapOptions {
  /** How often as many values as there are are drawn again. */
  readonly resamples: number
  readonly seed: number
  /** The confidence of the intervals (0.95). */
  readonly level?: number
}

/**
 * The means of columns of one length with their intervals: the rows are drawn again, with replacement, and the means of
 * what was drawn ordered (the percentile bootstrap). Each draw takes the row of every column, so that columns can be compared.
 */
export function bootstrap(
  columns: readonly Float64Array[],
  { resamples, seed, level = 0.95 }: BootstrapOptions,
): Interval[] {
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
    // Their means differ in the last digit.
    if (column.every(value => value === column[0])) return { mean: column[0]!, low: column[0]!, high: column[0]! }
    const ordered = means[index]!.sort()
    const quantile = (part: number) => ordered[Math.round(part * (resamples - 1))]!
    const [low, high] = [quantile((1 - level) / 2), quantile((1 + level) / 2)]
    return { mean: column.reduce((sum, each) => sum + each, 0) / rows, low, high }
  })
}

/** The mean of some values with its interval. Of the differences between two runs on the same questions it is the paired one. */
export const bootstrapInterval = (values: Float64Array | readonly number[], options: BootstrapOptions): Interval =>
  bootstrap([Float64Array.from(values)], options)[0]!

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
