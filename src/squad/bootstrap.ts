export interface BootstrapOptions {
  readonly resamples: number
  readonly seed: number
  /** Of the interval: 0.95. */
  readonly level: number
}

export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
}

/**
 * The mean of some values and its percentile bootstrap interval: the values are drawn anew `resamples` times, as many as
 * there are, with replacement, and the interval is what lies between the quantiles of their means. The same values and seed
 * give the same interval on every machine. Of the differences between two runs on the same questions it is the paired one.
 */
export function bootstrapInterval(
  values: Float64Array | readonly number[],
  { resamples, seed, level }: BootstrapOptions,
): Interval {
  const n = values.length
  let total = 0
  for (let i = 0; i < n; i++) total += values[i]!
  if (n === 0) return { mean: 0, low: 0, high: 0 }
  if (values.every((value: number) => value === values[0]))
    return { mean: values[0]!, low: values[0]!, high: values[0]! }
  const random = mulberry32(seed)
  const means = new Float64Array(resamples)
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0
    for (let draw = 0; draw < n; draw++) sum += values[Math.floor(random() * n)]!
    means[resample] = sum / n
  }
  means.sort()
  const quantile = (part: number) => means[Math.round(part * (resamples - 1))]!
  return { mean: total / n, low: quantile((1 - level) / 2), high: quantile((1 + level) / 2) }
}

/** Numbers from 0 to below 1. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
