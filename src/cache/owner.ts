import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/**
 * A process, told apart from every other one: machine, boot, pid namespace, pid and the time it started, joined by
 * dashes. It serves as content of locks and as part of file names. A part that cannot be known is `0`.
 */
export type Owner = string

export type Fate =
  | 'alive'
  | 'dead'
  /** It lives in a pid namespace, or on a machine, that cannot be seen into from here. */
  | 'out of sight'

let mine: Owner | undefined

/** This process. */
export const thisProcess = (): Owner => {
  mine ??= [...surroundings(), process.pid, startOf(process.pid) ?? '0'].join('-')
  return mine
}

/**
 * What has become of a process that left its name on a disk; what names none counts as dead. Off Linux only the pid is
 * looked at, so that one which was given out again counts as alive.
 *
 * @param shared whether other machines may use that disk (`sharedDisk`): the boot of another machine says nothing about its
 * processes, and containers often do not know their machine. Whoever used a disk of our own in another boot has ended.
 */
export const fateOf = (owner: Owner, shared: boolean): Fate => {
  const [machine, boot, namespace, pid, start] = owner.split('-')
  const [ourMachine, ourBoot, ourNamespace] = surroundings()
  if (!(Number(pid) > 0)) return 'dead'
  const sameMachine = known(machine, ourMachine) ? machine === ourMachine : undefined
  if (known(boot, ourBoot)) {
    if (boot !== ourBoot) return shared && sameMachine !== true ? 'out of sight' : 'dead'
  } else if (sameMachine === false) return 'out of sight'
  if (known(namespace, ourNamespace) && namespace !== ourNamespace) return 'out of sight'
  const found = startOf(Number(pid))
  if (found === undefined) return signalReaches(Number(pid)) ? 'alive' : 'dead'
  return found === null || (start !== '0' && start !== found) ? 'dead' : 'alive'
}

/** The pid, for messages. */
export const pidOf = (owner: Owner): string => owner.split('-')[3] ?? '?'

const known = (...parts: readonly (string | undefined)[]): boolean => parts.every(part => part !== '0')

let around: readonly [machine: string, boot: string, namespace: string] | undefined

const surroundings = () => {
  around ??= [
    short(read('/etc/machine-id') || (process.platform === 'linux' ? '' : hostname())),
    short(read('/proc/sys/kernel/random/boot_id')),
    namespaceOf(),
  ]
  return around
}

const short = (text: string): string =>
  text === '' ? '0' : createHash('sha256').update(text).digest('hex').slice(0, 12)

/** `pid:[4026531836]` → `4026531836`. */
const namespaceOf = (): string => {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'
  } catch {
    return '0'
  }
}

/**
 * When a process started, in clock ticks since boot (field 22 of its stat; the name before it, in parentheses, may hold
 * anything). `null`: it has ended and waits to be reaped. `undefined`: it cannot be seen.
 */
const startOf = (pid: number): string | null | undefined => {
  const text = read(`/proc/${pid}/stat`)
  const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  if (state === 'Z' || state === 'X') return null
  return fields[18]
}

/** Also for processes that /proc hides from us. */
const signalReaches = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}
