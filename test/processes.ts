import { readdirSync, readFileSync } from 'node:fs'

/** Whether a process runs; one that has ended and only waits to be reaped does not. */
export const alive = (pid: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** The processes that run with `NAME=value` in their environment: whoever was started with it, and all their children. */
export const processesWith = (variable: string): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 0 && environmentOf(pid).includes(variable) && alive(pid))

const environmentOf = (pid: number): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  } catch {
    return []
  }
}
