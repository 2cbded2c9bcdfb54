import { randomUUID } from 'node:crypto'
import { appendFileSync, rmSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fateOf, type Owner, thisProcess } from './owner.ts'
import { sharedDisk } from './shared-disk.ts'

// A claim says that a process uses the results with a static key, and keeps others from removing them. The claims of a
// run are one file, named after its owner, with a key a line; it goes when the run ends, and counts for nothing once its
// owner is dead.
//
// A run claims a key, then looks for a result. Whoever removes one (remove.ts) moves it aside, then looks for claims, and
// moves it back if there is one. So of the two at least one sees the other; and because the remover holds the key's lock
// meanwhile, a run that finds nothing waits for it, and looks again, before it makes anything.

export interface Claims {
  /** Keeps what has this static key from being removed. */
  add(key: string): void
  /** Gives back all that was claimed. */
  release(): void
}

/** Claims of this process: written line by line, so that nothing but an append is in the way of a run with nothing to do. */
export const openClaims = (folder: string): Claims => {
  let file: string | undefined
  const claimed = new Set<string>()
  return {
    add(key) {
      if (claimed.has(key)) return
      claimed.add(key)
      file ??= join(folder, `${thisProcess()}-${randomUUID()}`)
      try {
        // Opened and closed each time: other machines see what was written to a shared disk only then.
        appendFileSync(file, `${key}\n`)
      } catch {
        // What is removed although it is used is made again: a full disk is no reason to end a run here.
      }
    },
    release() {
      if (file !== undefined) rmSync(file, { force: true })
      file = undefined
      claimed.clear()
    },
  }
}

/** Those of a store that is only looked at: none. */
export const noClaims: Claims = { add() {}, release() {} }

/** A process that may be alive and uses something, and the file by which one knows. */
export interface User {
  readonly owner: Owner
  readonly file: string
}

/** The static keys that are claimed by processes which may be alive, with one of these each. */
export const readClaims = async (folder: string): Promise<ReadonlyMap<string, User>> => {
  const claims = new Map<string, User>()
  const names = await readdir(folder).catch(() => [])
  const shared = names.length > 0 && sharedDisk(folder)
  for (const name of names) {
    const owner = ownerIn(name)
    if (fateOf(owner, shared) === 'dead') continue
    // Its run may end at this moment.
    const text = await readFile(join(folder, name), 'utf8').catch(() => '')
    for (const key of text.split('\n')) if (key !== '') claims.set(key, { owner, file: join(folder, name) })
  }
  return claims
}

/** The owner that the name of a file in `tmp` or in `claims` begins with. */
export const ownerIn = (name: string): Owner => name.split('-').slice(0, 5).join('-')
