import type { LogRecord } from '../model/training-log.ts'

/**
 * A log with at most so many steps: the mean loss and gradient norm of as many neighbours as it takes, at the last of
 * them, with that one's learning rate. Evaluations stay.
 */
export function thinLog(log: readonly LogRecord[], most: number): LogRecord[] {
  const steps = log.filter(each => 'loss' in each)
  const size = Math.max(1, Math.ceil(steps.length / most))
  const thin: LogRecord[] = []
  for (let from = 0; from < steps.length; from += size) {
    const group = steps.slice(from, from + size)
    const mean = (name: 'loss' | 'grad_norm') => group.reduce((sum, each) => sum + (each[name] ?? 0), 0) / group.length
    thin.push({ ...group.at(-1)!, loss: mean('loss'), grad_norm: mean('grad_norm') })
  }
  return [...thin, ...log.filter(each => !('loss' in each))].sort((a, b) => a.step - b.step)
}
