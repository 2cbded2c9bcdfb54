import { cut, lineWidth } from '../report/width.ts'

export interface ProgressLine {
  show(text: string): void
  /** Takes it away, so that something else can be printed. */
  clear(): void
}

const pauseMs = 100

/** A line at the bottom of a terminal that says how far something has come; nothing where stderr is none. */
export const progressLine = (): ProgressLine => {
  const { stderr, env } = process
  const live = stderr.isTTY && env.TERM !== 'dumb'
  let shown = 0
  let last = 0
  return {
    show(text) {
      if (!live || performance.now() - last < pauseMs) return
      last = performance.now()
      const line = cut(text, lineWidth(stderr) - 1)
      stderr.write(`\r${line.padEnd(shown)}`)
      shown = line.length
    },
    clear() {
      if (shown > 0) stderr.write(`\r${' '.repeat(shown)}\r`)
      shown = 0
    },
  }
}
