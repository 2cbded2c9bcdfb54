import { mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { changedFiles } from './changed-files.ts'
import type { Location } from './files-by-field.ts'
import type { FileRecord } from './key.ts'
import { refusedByCache } from './refusal.ts'
import { seal, unseal } from './sealed.ts'
import { type Store, temporaryPath } from './store.ts'

/**
 * A folder for a stage's checkpoints, kept from an interrupted run for the next one with the same static key. That key
 * leaves out the outside files, so those read so far are listed beside the folder: checkpoints of a training that began
 * from another model must not be taken up.
 */
export interface Scratch {
  /** The folder; made when it is first asked for. */
  path(): string
  /** The ms that interrupted runs have worked here, as far as they could tell. */
  readonly spent: number
  /** Notes that this run has worked so long by now. For people: where it cannot be written, nothing is lost. */
  spend(ms: number): void
  /** Adds to the list of outside files that were read. */
  declare(files: readonly FileRecord[]): void
  /** Removes it, once the result is stored. */
  remove(): void
}

/**
 * Finds the scratch folder of an interrupted run which read the files as they are now, else a new one; `fresh` removes
 * what there is. `stage` is whose it is, for people. The caller holds the lock of this key.
 */
export const openScratch = async (
  store: Store,
  key: string,
  locations: readonly Location[],
  { fresh, stage }: { readonly fresh: boolean; readonly stage: string },
): Promise<Scratch> => {
  const folder = scratchFolder(store, key)
  if (fresh) rmSync(folder, { recursive: true, force: true })
  const attempts = (await readdir(folder).catch(() => [])).filter(name => /^\d+$/.test(name))
  const { attempt, files, spent } = (await findAttempt(store, folder, attempts, locations)) ?? {
    attempt: String(1 + Math.max(0, ...attempts.map(Number))),
    files: [],
    spent: 0,
  }
  const dir = join(folder, attempt)
  const kept = join(dir, 'kept')
  const read = new Map(files.map(file => [nameOf(file), file]))
  let made = false
  let spentNow = 0

  const save = (): void => {
    const prepared = temporaryPath(store)
    try {
      writeFileSync(prepared, seal({ stage, files: [...read.values()], spent: spent + spentNow } satisfies ScratchList))
      renameSync(prepared, join(dir, listName))
    } catch (error) {
      throw refusedByCache(error, store.folder, prepared) ?? error
    }
  }
  return {
    path() {
      if (made) return kept
      mkdirSync(dir, { recursive: true })
      save()
      mkdirSync(kept, { recursive: true })
      made = true
      return kept
    },
    spent,
    spend(ms) {
      spentNow = ms
      if (!made) return
      try {
        save()
      } catch {
        // A figure for people is no reason to end hours of work.
      }
    },
    declare(more) {
      for (const file of more) read.set(nameOf(file), file)
      if (made) save()
    },
    remove() {
      rmSync(dir, { recursive: true, force: true })
      try {
        rmdirSync(folder)
      } catch {
        // There are others in it, or there was none.
      }
    },
  }
}

/** What lies beside a scratch folder. */
export interface ScratchList {
  /** The stage's name in its definition. */
  readonly stage: string
  readonly files: readonly FileRecord[]
  /** The ms that was worked here; not there in a list of an earlier version. */
  readonly spent?: number
}

const listName = 'files.json'

export const scratchFolder = (store: Store, key?: string): string => join(store.root, 'scratch', key ?? '')

const findAttempt = async (
  store: Store,
  folder: string,
  attempts: readonly string[],
  locations: readonly Location[],
): Promise<{ attempt: string; files: readonly FileRecord[]; spent: number } | undefined> => {
  for (const attempt of attempts) {
    const list = await readScratchList(join(folder, attempt))
    if (list === undefined) continue
    const changed = await changedFiles(store.memo, list.files, locations)
    if (changed.length === 0) return { attempt, files: list.files, spent: list.spent ?? 0 }
  }
  return undefined
}

/** Of an attempt's folder; `undefined` where it cannot be made out, and so nobody can go on from what is there. */
export const readScratchList = async (dir: string): Promise<ScratchList | undefined> => {
  try {
    return unseal<ScratchList>(await readFile(join(dir, listName), 'utf8'))
  } catch {
    return undefined
  }
}

const nameOf = ({ field, path }: FileRecord): string => JSON.stringify([field, path])
