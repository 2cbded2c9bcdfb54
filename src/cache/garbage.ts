import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sizeBelow } from './folder-size.ts'
import type { FileRecord } from './key.ts'
import type { ListedEntry } from './list.ts'
import { deadLocks, removeDeadLock } from './lock.ts'
import { readEntries } from './look-up.ts'
import { skim } from './payload.ts'
import { type Removable, type Removal, removeUnused } from './remove.ts'
import { claimsFolder, leftIn, lockFile, type Store, tmpFolder } from './store.ts'
import type { Unfinished } from './unfinished.ts'

/** Something that is to go, and why. */
export interface Doomed extends Removable {
  readonly what: 'result' | 'checkpoints' | 'part' | 'left over'
  /** The stage's name in its definition, where it can be told; what else was being fetched or written. */
  readonly name: string
  readonly bytes: number
  readonly why: string
  /** When it was last used (ISO 8601), where that can be told. */
  readonly used?: string
}

/** What is certainly of no use to anybody, whatever its age. */
export const findGarbage = async (
  store: Store,
  results: readonly ListedEntry[],
  unfinished: readonly Unfinished[],
): Promise<Doomed[]> => [
  ...(await damagedResults(store, results)),
  ...(await overtaken(store, unfinished)),
  ...(await leftByTheDead(store)),
]

/** Removes one thing. */
export const removeDoomed = async (store: Store, doomed: Doomed): Promise<Removal> => {
  if (doomed.what !== 'left over') return removeUnused(store, doomed)
  if (doomed.lock !== undefined) await removeDeadLock(lockFile(store, doomed.lock), tmpFolder(store))
  else await rm(doomed.path, { recursive: true, force: true })
  return { removed: true }
}

/** A result as something to be removed. */
export const doomedResult = (entry: ListedEntry, why: string): Promise<Doomed> => {
  const { dir, stage, used } = entry
  return doom(entry, { what: 'result', name: stage, path: dir, why, ...(used !== '' && { used }) })
}

/** Checkpoints as something to be removed. */
export const doomedCheckpoints = (unfinished: Unfinished, why: string): Promise<Doomed> => {
  const { dir, list, used } = unfinished
  return doom(unfinished, { what: 'checkpoints', name: list?.stage ?? '', path: dir, why, used })
}

const doom = async (
  { staticKey }: { readonly staticKey: string },
  about: Omit<Doomed, 'bytes' | 'lock' | 'claim'>,
): Promise<Doomed> => ({ ...about, lock: staticKey, claim: staticKey, bytes: (await sizeBelow(about.path)).bytes })

/** Those that can be told from others without reading them; `cache verify` reads. */
const damagedResults = async (store: Store, results: readonly ListedEntry[]): Promise<Doomed[]> => {
  const doomed: Doomed[] = []
  for (const result of results) {
    const reason = result.damage ?? (await skimmed(store, result))
    if (reason !== undefined) doomed.push(await doomedResult(result, `damaged: ${reason}`))
  }
  return doomed
}

const skimmed = async (store: Store, { staticKey, key }: ListedEntry): Promise<string | undefined> => {
  const { entries } = await readEntries(store, staticKey)
  const entry = entries.find(each => each.key === key)
  for (const [port, output] of Object.entries(entry?.manifest.outputs ?? {})) {
    const reason = await skim(join(entry!.dir, port), output)
    if (reason !== undefined) return `in its output ${port}: ${reason}`
  }
  return undefined
}

/** Checkpoints of what was finished since: a run that was killed between storing a result and tidying up leaves them. */
const overtaken = async (store: Store, unfinished: readonly Unfinished[]): Promise<Doomed[]> => {
  const doomed: Doomed[] = []
  for (const each of unfinished) {
    if (each.list === undefined) {
      doomed.push(await doomedCheckpoints(each, 'damaged: nobody can go on from there'))
      continue
    }
    const { files } = each.list
    const { entries } = await readEntries(store, each.staticKey)
    if (entries.some(({ manifest }) => areAmong(manifest.files, files)))
      doomed.push(await doomedCheckpoints(each, 'its result is stored'))
  }
  return doomed
}

/** Whether a result was made from the files that an interrupted run had read so far. (Of none, if it read none itself.) */
const areAmong = (files: readonly FileRecord[], soFar: readonly FileRecord[]): boolean =>
  (soFar.length > 0 || files.length === 0) &&
  soFar.every(({ field, path, digest }) =>
    files.some(each => each.field === field && each.path === path && each.digest === digest),
  )

const leftByTheDead = async (store: Store): Promise<Doomed[]> => {
  const doomed: Doomed[] = []
  const add = async (name: string, path: string, lock?: string) => {
    const { bytes } = await sizeBelow(path)
    doomed.push({
      what: 'left over',
      name,
      path,
      bytes,
      why: 'its process is dead',
      ...(lock !== undefined && { lock }),
    })
  }
  for (const name of await leftIn(tmpFolder(store))) await add('half-written', join(tmpFolder(store), name))
  for (const name of await leftIn(claimsFolder(store))) await add('claim', join(claimsFolder(store), name))
  for (const name of await deadLocks(lockFile(store, ''), tmpFolder(store)))
    await add('lock', lockFile(store, name), name)
  return doomed
}
