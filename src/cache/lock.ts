import { randomUUID } from 'node:crypto'
import { link, readdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Fate, fateOf, type Owner, pidOf, thisProcess } from './owner.ts'
import { sharedDisk } from './shared-disk.ts'

// A lock is a file that names its owner. It is made by linking a finished file to the lock's name, which succeeds for
// one process alone and never shows a half-written lock.
//
// A dead owner's lock has to be removed by exactly one process: a second one, which also found it dead but is slower,
// would remove the lock that the first has taken meanwhile. So the right to remove the lock with token T is itself a
// file, LOCK.T, made in the same way. Its owner may die too; the right then passes to whoever makes LOCK.U, where U is
// the token of LOCK.T, and so on. The owner of the last file of that chain removes the lock, then the chain. A process
// that makes a link of a chain whose lock is gone finds that the lock has another token, and lets go.
//
// No age makes a lock stale: training may take days.

interface LockRecord {
  readonly token: string
  readonly owner: Owner
}

export interface Lock {
  release(): Promise<void>
}

export interface LockOptions {
  readonly signal?: AbortSignal
  /** Called once for each owner that has to be waited for. */
  onWait?(reason: string): void
  /** What the owner of a lock does (`making this result`). */
  readonly doing?: string
}

const firstPauseMs = 20
const longestPauseMs = 500

/** Who has a lock, and may be alive. */
export interface Held {
  readonly owner: Owner
}

/** Takes the lock `file` if nobody alive has it, else says who does. `tmp` is a folder on the same file system. */
export const tryLock = async (file: string, tmp: string): Promise<Lock | Held> => {
  const tried = await attempt(file, tmp)
  return 'release' in tried ? tried : { owner: tried.holder.owner }
}

/**
 * Takes the lock `file`, waiting for a living owner to release it. `tmp` is a folder on the same file system.
 *
 * @throws the signal's reason when aborted.
 */
export const takeLock = async (
  file: string,
  tmp: string,
  { signal, onWait, doing = 'making this result' }: LockOptions = {},
): Promise<Lock> => {
  let told: string | undefined
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 1.5, longestPauseMs)) {
    signal?.throwIfAborted()
    const tried = await attempt(file, tmp)
    if ('release' in tried) return tried
    const { holder, fate } = tried
    if (fate !== 'dead' && told !== holder.token) {
      told = holder.token
      onWait?.(reasonToWait(fate, holder, file, doing))
    }
    await sleep(pause, undefined, { signal }).catch(() => signal?.throwIfAborted())
  }
}

/** The lock; or who has it. (A dead one has it while another process is about to remove it.) */
const attempt = async (
  file: string,
  tmp: string,
): Promise<Lock | { readonly holder: LockRecord; readonly fate: Fate }> => {
  for (;;) {
    const holder = await readRecord(file)
    if (holder === undefined) {
      const token = await place(file, tmp)
      if (token !== undefined) return { release: () => removeIf(file, token) }
      continue
    }
    const shared = sharedDisk(tmp)
    const fate = fateOf(holder.owner, shared)
    if (fate !== 'dead' || !(await bury(file, holder, tmp, shared))) return { holder, fate }
  }
}

const reasonToWait = (fate: 'alive' | 'out of sight', { owner }: LockRecord, file: string, doing: string): string =>
  fate === 'alive'
    ? `process ${pidOf(owner)} is ${doing}`
    : `process ${pidOf(owner)} of another container or machine is ${doing}; if it is gone, remove ${file}`

/** Removes a dead owner's lock. False where another living process is about to do so. */
const bury = async (file: string, dead: LockRecord, tmp: string, shared: boolean): Promise<boolean> => {
  const chain: string[] = []
  for (let { token } = dead; ; ) {
    const claim = `${file}.${token}`
    chain.push(claim)
    if ((await place(claim, tmp)) !== undefined) break
    const claimer = await readRecord(claim)
    if (claimer === undefined) return true
    if (fateOf(claimer.owner, shared) !== 'dead') return false
    token = claimer.token
  }
  // The right is ours: nobody removes a link of the chain while the lock is there.
  try {
    await removeIf(file, dead.token)
  } catch (error) {
    await remove(chain.at(-1)!)
    throw error
  }
  for (const claim of chain) await remove(claim)
  return true
}

/** Names of the locks in a folder whose owners are dead, or of which one who died while it removed them is left. */
export const deadLocks = async (folder: string, tmp: string): Promise<string[]> => {
  const shared = sharedDisk(tmp)
  const dead = new Set<string>()
  for (const name of await readdir(folder).catch(() => [])) {
    const record = await readRecord(join(folder, name))
    if (record !== undefined && fateOf(record.owner, shared) === 'dead') dead.add(lockOf(name))
  }
  return [...dead].sort()
}

/** Removes a lock whose owner is dead, with all that is left of those who died while they removed it. */
export const removeDeadLock = async (file: string, tmp: string): Promise<void> => {
  const lock = await tryLock(file, tmp)
  if ('owner' in lock) return
  // While the lock is ours, its name has another token than any claim of the dead: these say nothing any more.
  const folder = dirname(file)
  for (const name of await readdir(folder)) {
    if (name === lockOf(name) || lockOf(name) !== basename(file)) continue
    const claim = await readRecord(join(folder, name))
    if (claim !== undefined && fateOf(claim.owner, sharedDisk(tmp)) === 'dead') await remove(join(folder, name))
  }
  await lock.release()
}

/** `LOCK.TOKEN` → `LOCK`. */
const lockOf = (name: string): string => name.split('.')[0]!

/** Makes a lock file of ours, and says its token; `undefined` where there is one already. */
const place = async (file: string, tmp: string): Promise<string | undefined> => {
  const record: LockRecord = { token: randomUUID(), owner: thisProcess() }
  const prepared = join(tmp, `${record.owner}-${record.token}.lock`)
  await writeFile(prepared, JSON.stringify(record))
  try {
    await link(prepared, file)
    return record.token
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined
    throw error
  } finally {
    await remove(prepared)
  }
}

const removeIf = async (file: string, token: string): Promise<void> => {
  if ((await readRecord(file))?.token === token) await remove(file)
}

/** `undefined` where there is no such file. One that a power cut has emptied belongs to nobody who lives. */
const readRecord = async (file: string): Promise<LockRecord | undefined> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  try {
    const { token, owner } = JSON.parse(text) as LockRecord
    if (typeof token === 'string' && typeof owner === 'string') return { token, owner }
  } catch {}
  return { token: 'unreadable', owner: unreadable }
}

const unreadable: Owner = 'nobody'

const remove = async (file: string): Promise<void> => {
  await unlink(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}
