import type { StepReport } from './training.types.ts'

/** Steps that are left out of the estimate: programs are compiled in them, and memory is touched for the first time. */
const WARM_UP = 2

/** A whole training. */
interface Work {
  readonly steps: number
  /** Real ones, without padding, of all steps. */
  readonly tokens: number
}

/**
 * Measures steps: each call tells the time since the call before, and the time left, judged by the time that a token took so
 * far, without the very first steps. Steps differ: with `group_by_length` those of the longest windows come first. The first
 * call may be for any step: what came before it was done by another run.
 */
export function stopwatch({ steps, tokens: all }: Work, now: () => number = () => performance.now()) {
  const start = now()
  let last = start
  let calls = 0
  let left = Number.NaN
  let measured = { tokens: 0, since: start }
  return ({ step, tokens }: Pick<StepReport, 'step' | 'tokens'>): Pick<StepReport, 'seconds' | 'seconds_left'> => {
    const at = now()
    const seconds = (at - last) / 1000
    last = at
    if (calls++ === 0) left = all * (1 - (step - 1) / steps)
    left -= tokens
    measured.tokens += tokens
    const perToken = (at - measured.since) / 1000 / measured.tokens
    if (calls <= WARM_UP) measured = { tokens: 0, since: at }
    return { seconds, seconds_left: step === steps ? 0 : perToken * Math.max(0, left) }
  }
}
