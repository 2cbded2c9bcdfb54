import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileRecord, KeyRecord } from './key.ts'
import { seal, unseal } from './sealed.ts'
import { fileOfPipeline, type Store, temporaryPath } from './store.ts'

/** A result that a stage of a pipeline made or reused, with its key, which outlives the entry. */
export interface Use {
  readonly key: string
  readonly record: KeyRecord
  readonly files: readonly FileRecord[]
  /** Of the last run that used it (ISO 8601). */
  readonly time: string
}

/** What the runs of one pipeline file used. It serves `explain` and `cache ls`, and may be deleted. */
export interface History {
  readonly pipeline: string
  readonly file: string
  /** By stage, the newest first. */
  readonly stages: Readonly<Record<string, readonly Use[]>>
}

/** Uses that are kept of a stage: enough to find the run that was most like the present one. */
const kept = 20

export const readHistory = async (store: Store, file: string): Promise<History | undefined> =>
  parse(pathOf(store, file))

/** Those of all pipelines. */
export const readHistories = async (store: Store): Promise<History[]> => {
  const names = await readdir(join(store.root, 'runs')).catch(() => [])
  const histories = await Promise.all(names.sort().map(name => parse(join(store.root, 'runs', name))))
  return histories.filter(history => history !== undefined)
}

/** Files of histories that cannot be made out; they count for nothing. */
export const damagedHistories = async (store: Store): Promise<string[]> => {
  const folder = join(store.root, 'runs')
  const paths = (await readdir(folder).catch(() => [])).sort().map(name => join(folder, name))
  const histories = await Promise.all(paths.map(parse))
  return paths.filter((_, i) => histories[i] === undefined)
}

/**
 * Adds what a run used. Of two runs that end at one moment, one may be forgotten; one that used only what another had used
 * within the hour is not written down.
 */
export const addToHistory = async (
  store: Store,
  { pipeline, file }: { readonly pipeline: string; readonly file: string },
  uses: ReadonlyMap<string, Use>,
): Promise<void> => {
  const known = await readHistory(store, file)
  const before = known?.stages ?? {}
  if (known?.pipeline === pipeline && [...uses].every(([stage, use]) => isRepeated(use, before[stage]?.[0]))) return
  const stages = { ...before }
  for (const [stage, use] of uses) {
    const others = (before[stage] ?? []).filter(({ key }) => key !== use.key)
    stages[stage] = [use, ...others].slice(0, kept)
  }
  const prepared = temporaryPath(store)
  await writeFile(prepared, seal({ pipeline, file, stages } satisfies History))
  await rename(prepared, pathOf(store, file))
}

const hour = 3_600_000

const isRepeated = (use: Use, newest: Use | undefined): boolean =>
  use.key === newest?.key && Math.abs(Date.parse(use.time) - Date.parse(newest.time)) < hour

const pathOf = (store: Store, file: string): string => fileOfPipeline(store.root, 'runs', file)

const parse = async (path: string): Promise<History | undefined> => {
  try {
    return unseal<History>(await readFile(path, 'utf8'))
  } catch {
    return undefined
  }
}
