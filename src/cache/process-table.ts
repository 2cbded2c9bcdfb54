import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

// What Linux tells of processes. A /proc shows the processes of one pid namespace and of all namespaces below it, by the
// numbers that they have there; what a process is called further down, its `NSpid` says.

/** When a process started, in clock ticks since boot; `null`: it has ended and waits to be reaped. */
export type Start = string | null

/** The pid namespace of a process; `undefined` where we may not know. */
export const namespaceOf = (pid: string | number): string | undefined => /\d+/.exec(link(`/proc/${pid}/ns/pid`))?.[0]

/**
 * When a process started (field 22 of its stat; the name before it, in parentheses, may hold anything). `undefined`: it cannot be
 * seen. The number is one of /proc.
 */
export const startOf = (pid: string | number): Start | undefined => {
  const text = read(`/proc/${pid}/stat`)
  const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  if (state === 'Z' || state === 'X') return null
  return fields[18]
}

/** Whether the numbers in /proc are others than ours: it is that of a namespace above, and ours has none of its own. */
export const isFromAbove = (): boolean => !['', String(process.pid)].includes(link('/proc/self'))

/** Whether all processes of a namespace can be seen from ours. */
export const reaches = (namespace: string, ours: string): boolean =>
  (ours === outermost || (namespace === ours && isFromAbove())) && read('/proc/1/stat') !== ''

/** The number of the namespace that the machine began with, in which every process has a number (PROC_PID_INIT_INO). */
const outermost = '4026531836'

/**
 * When the process started that a namespace within reach calls `pid`; `undefined` where there is none, and `unknown` where it cannot
 * be told.
 */
export const startInside = (namespace: string, pid: string): Start | undefined | 'unknown' => {
  for (const number of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    const inside = /^NSpid:\s+\d+\s(?:.*\s)?(\d+)$/m.exec(read(`/proc/${number}/status`))?.[1]
    // What has ended has no namespace any more.
    if (inside !== pid || startOf(number) === null) continue
    const found = namespaceOf(number)
    if (found === undefined && read(`/proc/${number}/status`) !== '') return 'unknown'
    if (found !== namespace) continue
    // Containers may have a clock of their own, which began at another time.
    return link(`/proc/${number}/ns/time`) === link('/proc/self/ns/time') ? startOf(number) : 'unknown'
  }
  return undefined
}

/** The content of a small file; empty where there is none, or we may not know. */
export const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}

const link = (path: string): string => {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
