import { existsSync, readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { type ChangedFile, changedFiles } from './changed-files.ts'
import type { Entry } from './draft.ts'
import type { Location } from './files-by-field.ts'
import { type KeyRecord, staticKey } from './key.ts'
import { manifestName, readManifest } from './manifest.ts'
import { glance, inspect } from './payload.ts'
import { entriesFolder, type Store } from './store.ts'

/** A result with this static key that cannot be used now, and the outside files that are not as they were. */
export interface Miss {
  readonly entry: Entry
  readonly read: readonly ChangedFile[]
  readonly wrote: readonly ChangedFile[]
}

export interface Damage {
  readonly dir: string
  readonly reason: string
}

export interface Found {
  /** The newest result that can be used. */
  readonly hit?: Entry
  /** The others, newest first. */
  readonly misses: readonly Miss[]
  readonly damaged: readonly Damage[]
}

export interface LookUpOptions {
  /** Reads all of a result before it counts as found, and not only what was touched since it was last read. */
  readonly thorough?: boolean
}

/**
 * Looks for a result in two steps: everything but the outside files gives the folder to look in; there each result says
 * which outside files it was made from, and these are compared with those that lie at the configured locations now.
 * In a store that is open for writing, what is found cannot be removed until the claims are released, and counts as used.
 */
export const lookUp = async (
  store: Store,
  record: KeyRecord,
  locations: readonly Location[],
  { thorough = false }: LookUpOptions = {},
): Promise<Found> => {
  const key = staticKey(record)
  // Before anything is looked at: see claims.ts.
  store.claims.add(key)
  const { entries, damaged } = await readEntries(store, key)
  const misses: Miss[] = []
  for (const entry of entries) {
    const read = await changedFiles(store.memo, entry.manifest.files, locations)
    const wrote = await changedFiles(store.memo, entry.manifest.wrote, locations)
    if (read.length > 0 || wrote.length > 0) {
      misses.push({ entry, read, wrote })
      continue
    }
    const reason = await damageTo(store, entry, thorough)
    if (reason === undefined) {
      if (!store.readOnly) markUsed(entry)
      return { hit: entry, misses, damaged }
    }
    damaged.push({ dir: entry.dir, reason })
  }
  return { misses, damaged }
}

/** The results with a static key, newest first, and those whose manifest is damaged. */
export const readEntries = async (
  store: Store,
  folder: string,
): Promise<{ readonly entries: Entry[]; readonly damaged: Damage[] }> => {
  const entries: Entry[] = []
  const damaged: Damage[] = []
  for (const key of await namesIn(entriesFolder(store, folder))) {
    const dir = join(entriesFolder(store, folder), key)
    const manifest = readManifest(dir, folder, key)
    if (typeof manifest !== 'string') entries.push({ dir, key, manifest })
    // Not where it was removed since the folder was listed.
    else if (existsSync(dir)) damaged.push({ dir, reason: manifest })
  }
  entries.sort((a, b) => (a.manifest.created < b.manifest.created ? 1 : -1))
  return { entries, damaged }
}

/** Names of keys in a folder. */
export const namesIn = async (folder: string): Promise<string[]> => {
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    names = []
  }
  return names.filter(name => /^[0-9a-f]{64}$/.test(name)).sort()
}

/**
 * A result's last use is when its manifest was last touched: one system call per result, nothing to lock, and what a run
 * used before it was killed counts too.
 */
const markUsed = ({ dir }: Entry): void => {
  const now = new Date()
  try {
    utimesSync(join(dir, manifestName), now, now)
  } catch {
    // Somebody else's file, in a cache that several people share: the history of runs still tells, to the hour.
  }
}

const damageTo = async (store: Store, { dir, manifest }: Entry, thorough: boolean): Promise<string | undefined> => {
  for (const [port, output] of Object.entries(manifest.outputs)) {
    const folder = join(dir, port)
    const reason = await (thorough ? inspect(folder, output) : glance(store, folder, output))
    if (reason !== undefined) return `in its output ${port}: ${reason}`
  }
  return undefined
}
