import { readFileSync } from 'node:fs'

/** Whether a process runs; one that has ended and only waits to be reaped does not. */
export const alive = (pid: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
