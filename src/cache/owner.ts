import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import { isFromAbove, namespaceOf, reaches, read, type Start, startInside, startOf } from './process-table.ts'

/**
 * A process, told apart from every other one: machine, boot, pid namespace, pid and the time it started, joined by
 * dashes. It serves as content of locks and as part of file names. A part that cannot be known is `0`.
 */
export type Owner = string

export type Fate =
  | 'alive'
  | 'dead'
  /** It lives, or may live, in another pid namespace or on another machine. */
  | 'out of sight'

let mine: Owner | undefined

/** This process. */
export const thisProcess = (): Owner => {
  mine ??= [...surroundings(), process.pid, startOf('self') ?? '0'].join('-')
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
  if (namespace !== ourNamespace || isFromAbove()) return fateInside(namespace!, pid!, start!)
  const found = startOf(pid!)
  if (found === undefined) return signalReaches(Number(pid)) ? 'alive' : 'dead'
  return hasEnded(found, start!) ? 'dead' : 'alive'
}

/** Of a process in a container, seen from the machine itself; or of one beside us where /proc is that of the machine. */
const fateInside = (namespace: string, pid: string, start: string): Fate => {
  const [, ourBoot, ourNamespace] = surroundings()
  // Who cannot say its boot or its namespace, where we can say ours, lives elsewhere.
  if (!known(ourBoot, namespace) || !reaches(namespace, ourNamespace)) return 'out of sight'
  const found = startInside(namespace, pid)
  if (found === undefined || (found !== 'unknown' && hasEnded(found, start))) return 'dead'
  return namespace === ourNamespace ? 'alive' : 'out of sight'
}

const hasEnded = (found: Start, start: string): boolean => found === null || (start !== '0' && start !== found)

/** The pid, for messages. */
export const pidOf = (owner: Owner): string => owner.split('-')[3] ?? '?'

const known = (...parts: readonly (string | undefined)[]): boolean => parts.every(part => part !== '0')

let around: readonly [machine: string, boot: string, namespace: string] | undefined

const surroundings = () => {
  around ??= [
    short(read('/etc/machine-id') || (process.platform === 'linux' ? '' : hostname())),
    short(read('/proc/sys/kernel/random/boot_id')),
    namespaceOf('self') ?? '0',
  ]
  return around
}

const short = (text: string): string =>
  text === '' ? '0' : createHash('sha256').update(text).digest('hex').slice(0, 12)

/** Also for processes that /proc hides from us. */
const signalReaches = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
