import type { StepReport } from './training.types.ts'

/** One point of the curves that training draws. */
export interface CurvePoint {
  readonly step: number
  /** Mean over the steps since the point before, as are the two speeds. */
  readonly loss: number
  /** Of this step, as is the gradient norm (before clipping). */
  readonly learning_rate: number
  readonly grad_norm: number
  readonly windows_per_second: number
  readonly tokens_per_second: number
  readonly seconds_left: number
}

/**
 * Turns steps into a curve with a point every `size` steps. Each call takes one step and tells the point that would stand
 * here, and whether one is due.
 */
export function curveOf(size: number): (report: StepReport) => { readonly due: boolean; readonly point: CurvePoint } {
  let since: StepReport[] = []
  return report => {
    if (since.length === size) since = []
    since.push(report)
    const sum = (of: (report: StepReport) => number) => since.reduce((total, each) => total + of(each), 0)
    const seconds = Math.max(
      1e-6,
      sum(each => each.seconds),
    )
    const { step, total_steps, learning_rate, grad_norm, seconds_left } = report
    const point = {
      step,
      loss: sum(each => each.loss) / since.length,
      learning_rate,
      grad_norm,
      windows_per_second: sum(each => each.rows) / seconds,
      tokens_per_second: sum(each => each.tokens) / seconds,
      seconds_left,
    }
    return { due: since.length === size || step === total_steps, point }
  }
}
