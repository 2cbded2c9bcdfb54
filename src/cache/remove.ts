import { rename, rm, rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { readClaims, type User } from './claims.ts'
import { tryLock } from './lock.ts'
import { fateOf, pidOf } from './owner.ts'
import { sharedDisk } from './shared-disk.ts'
import { claimsFolder, lockFile, type Store, temporaryPath, tmpFolder } from './store.ts'

/** Something in the cache that may go, with whatever keeps it. */
export interface Removable {
  readonly path: string
  /** The name of the lock that its makers take, and the static key that its users claim, where it has any. */
  readonly lock?: string
  readonly claim?: string
}

export type Removal = { readonly removed: true } | { readonly removed: false; readonly usedBy: User }

/**
 * Removes what nobody uses. Killed at any point, it leaves a thing as it was, or not there: it is moved into `tmp` before
 * anything of it is deleted. `claims.ts` says why it looks for claims twice.
 */
export const removeUnused = async (store: Store, { path, lock, claim }: Removable): Promise<Removal> => {
  const aside = temporaryPath(store)
  const file = lock === undefined ? undefined : lockFile(store, lock)
  const held = file === undefined ? undefined : await tryLock(file, tmpFolder(store))
  if (held !== undefined && 'owner' in held) return { removed: false, usedBy: { owner: held.owner, file: file! } }
  try {
    const before = await claimedBy(store, claim)
    if (before !== undefined) return { removed: false, usedBy: before }
    if (!(await move(path, aside))) return { removed: true }
    const since = await claimedBy(store, claim)
    if (since !== undefined) {
      await rename(aside, path)
      return { removed: false, usedBy: since }
    }
    // The folder of its key, if that is empty now; who would put something into it waits for the lock.
    if (held !== undefined) await rmdir(dirname(path)).catch(() => {})
  } finally {
    await held?.release()
  }
  await rm(aside, { recursive: true, force: true })
  return { removed: true }
}

/** A process that uses what has a static key. */
export const claimedBy = async (store: Store, key: string | undefined): Promise<User | undefined> =>
  key === undefined ? undefined : (await readClaims(claimsFolder(store))).get(key)

/** What keeps a thing, in words. */
export const usedWords = ({ owner, file }: User): string =>
  fateOf(owner, sharedDisk(dirname(file))) === 'alive'
    ? `process ${pidOf(owner)} uses it`
    : `process ${pidOf(owner)} of another container or machine uses it; if that is gone, remove ${file}`

/** False where it is gone already. */
const move = async (path: string, to: string): Promise<boolean> => {
  try {
    await rename(path, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
