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
  let sums = nothing()
  return report => {
    const { step, total_steps, learning_rate, grad_norm, seconds_left } = report
    sums.steps++
    for (const name of ['loss', 'rows', 'tokens', 'seconds'] as const) sums[name] += report[name]
    const seconds = Math.max(1e-6, sums.seconds)
    const point = {
      step,
      loss: sums.loss / sums.steps,
      learning_rate,
      grad_norm,
      windows_per_second: sums.rows / seconds,
      tokens_per_second: sums.tokens / seconds,
      seconds_left,
    }
    const due = sums.steps === size || step === total_steps
    if (due) sums = nothing()
    return { due, point }
  }
}

const nothing = () => ({ steps: 0, loss: 0, rows: 0, tokens: 0, seconds: 0 })

/** A point under the tags that `transformers`' Trainer gives TensorBoard: curves of both then lie on each other. */
export const tagged = ({ loss, learning_rate, grad_norm, windows_per_second }: CurvePoint) => ({
  'train/loss': loss,
  'train/learning_rate': learning_rate,
  'train/grad_norm': grad_norm,
  'train/windows_per_second': windows_per_second,
})
