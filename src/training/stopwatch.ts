import type { StepReport } from './training.types.ts'

/** Steps that are left out of the estimate: programs are compiled in them, and memory is touched for the first time. */
const WARM_UP = 2

/**
 * Measures steps: each call tells the time since the call before, and the time left, judged by the mean of the steps so far
 * without the very first ones.
 */
export function stopwatch(totalSteps: number, now: () => number = () => performance.now()) {
  const start = now()
  let last = start
  let warm = { step: 0, at: start }
  return (step: number): Pick<StepReport, 'seconds' | 'seconds_left'> => {
    const at = now()
    const seconds = (at - last) / 1000
    const perStep = (at - warm.at) / 1000 / Math.max(1, step - warm.step)
    last = at
    if (step <= WARM_UP) warm = { step, at }
    return { seconds, seconds_left: perStep * (totalSteps - step) }
  }
}
