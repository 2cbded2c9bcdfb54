import { randomUUID } from 'node:crypto'
import { access, constants, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { digestOfText } from './canonical.ts'
import { type Claims, noClaims, openClaims, ownerIn } from './claims.ts'
import { type FileMemo, openMemo } from './file-memo.ts'
import type { CacheFolder } from './folder.ts'
import { makeFolder, noFolder } from './make-folder.ts'
import { fateOf, thisProcess } from './owner.ts'
import { sharedDisk } from './shared-disk.ts'

// In the cache folder, below the number of this layout:
//   entries/STATIC/KEY/manifest.json, entries/STATIC/KEY/PORT/…   results; see manifest.ts and draft.ts
//   locks/STATIC                                                  see lock.ts
//   scratch/STATIC/N/…                                            checkpoints of interrupted runs; see scratch.ts
//   tmp/OWNER-…                                                   what is being written; freed when its owner is dead
//   claims/OWNER-…                                                what runs use; see claims.ts
//   runs/…json                                                    what each pipeline's runs used; see history.ts
//   plans/…json                                                   the last plan of each pipeline; see library/kept-plan.ts
//   files.txt                                                     digests of outside files; see file-memo.ts
// Beside it lies `fetched`, what addresses brought (src/fetch/places.ts), with locks among these.
// An entry is renamed into place complete, so whatever lies under `entries` was whole once.
const layout = 'v1'

export interface Store {
  /** The cache folder. */
  readonly folder: string
  /** The folder of this layout in it. */
  readonly root: string
  readonly memo: FileMemo
  readonly claims: Claims
  /** True where nothing may be changed, not even a memo. */
  readonly readOnly: boolean
}

export interface StoreOptions {
  /** Reads every outside file again, whatever is remembered of it. */
  readonly rehash?: boolean
  /** For commands that only look. */
  readonly readOnly?: boolean
  /** For who has no time to read files: what lies outside, and may have changed by all that is known, counts as changed. */
  readonly quick?: boolean
}

/**
 * Opens the cache, making its folder where there is none, and frees what killed processes have left half written.
 *
 * @throws diagnostics where the folder cannot be made or written to, or not be looked into.
 */
export const openStore = async (
  { path: folder, ours }: CacheFolder,
  { rehash = false, readOnly = false, quick = false }: StoreOptions = {},
): Promise<Store> => {
  const root = rootOf(folder)
  await (readOnly ? lookInto(root) : makeFolders(folder, root, ours)).catch(error => {
    throw noFolder(error, folder) ?? error
  })
  if (!readOnly) for (const name of ['tmp', 'claims']) await sweep(join(root, name))
  const memo = openMemo(memoFile({ root }), { rehash, write: !readOnly, read: !quick })
  const claims = readOnly ? noClaims : openClaims(join(root, 'claims'))
  return { folder, root, memo, claims, readOnly }
}

const makeFolders = async (folder: string, root: string, ours: boolean): Promise<void> => {
  for (const name of ['entries', 'locks', 'scratch', 'tmp', 'claims', 'runs', 'plans']) makeFolder(join(root, name))
  if (ours) await writeFile(join(folder, '.gitignore'), '*\n', { flag: 'wx' }).catch(ignoreExisting)
  // Where they are all there already, nothing has been written yet.
  await access(join(root, 'tmp'), constants.W_OK)
}

const lookInto = async (root: string): Promise<void> => {
  await access(root, constants.R_OK | constants.X_OK).catch(error => {
    if (error.code !== 'ENOENT') throw error
  })
}

/** The file in one of the folders in which there is one for each pipeline. */
export const fileOfPipeline = (root: string, folder: 'runs' | 'plans', pipeline: string): string =>
  join(root, folder, `${digestOfText(pipeline).slice(0, 32)}.json`)
export const rootOf = (folder: string): string => join(folder, layout)
export const entriesFolder = (store: Store, key?: string): string => join(store.root, 'entries', key ?? '')
export const memoFile = ({ root }: Pick<Store, 'root'>): string => join(root, 'files.txt')
export const lockFile = (store: Store, key: string): string => join(store.root, 'locks', key)
export const claimsFolder = (store: Store): string => join(store.root, 'claims')
export const tmpFolder = (store: Store): string => join(store.root, 'tmp')

/** A new path in `tmp`, which is freed after our death. */
export const temporaryPath = (store: Store): string => join(tmpFolder(store), `${thisProcess()}-${randomUUID()}`)

/** Makes a folder vanish at once, then deletes it. */
export const discard = async (store: Store, dir: string): Promise<void> => {
  const aside = await setAside(store, dir)
  if (aside !== undefined) await rm(aside, { recursive: true, force: true })
}

/** Makes a folder vanish at once, and says where it is now, to be freed after our death; nothing where there is none. */
export const setAside = async (store: Store, dir: string): Promise<string | undefined> => {
  const aside = temporaryPath(store)
  try {
    await rename(dir, aside)
    return aside
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const sweep = async (folder: string): Promise<void> => {
  // Another process may be doing the same.
  for (const name of await leftIn(folder))
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => {})
}

/** What dead processes have left in a folder whose names begin with their owners. */
export const leftIn = async (folder: string): Promise<string[]> => {
  const names = await readdir(folder).catch(ifGone)
  const shared = names.length > 0 && sharedDisk(folder)
  return names.filter(name => fateOf(ownerIn(name), shared) === 'dead')
}

const ifGone = (error: NodeJS.ErrnoException): string[] => {
  if (error.code === 'ENOENT') return []
  throw error
}

const ignoreExisting = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EEXIST') throw error
}
