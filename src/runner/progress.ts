import type { Emit } from './events.ts'

/** A report ten times a second is as much as anybody can see. */
const pauseMs = 100

type Numbers = Readonly<Record<string, number>>

export interface Progress {
  report(done: number, total: number, numbers?: Numbers): void
  /** Emits what was held back. */
  flush(): void
}

/** Passes progress on at most ten times a second; the last report is never lost. */
export const throttledProgress = (stage: string, emit: Emit): Progress => {
  let held: { done: number; total: number; numbers?: Numbers } | undefined
  let last = -pauseMs
  let ended = false
  const flush = (): void => {
    if (held === undefined) return
    emit({ event: 'progress', stage, ...held })
    held = undefined
    last = performance.now()
  }
  return {
    report(done, total, numbers) {
      held = { done, total, ...(numbers !== undefined && { numbers }) }
      // The end is told at once, but once: a stage may have something left to do there, and tell of that.
      const justEnded = done === total && !ended
      ended = done === total
      if (justEnded || performance.now() - last >= pauseMs) flush()
    },
    flush,
  }
}
