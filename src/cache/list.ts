import { basename } from 'node:path'
import { compare } from './canonical.ts'
import { readHistories } from './history.ts'
import { namesIn, readEntries } from './look-up.ts'
import { entriesFolder, type Store } from './store.ts'

/** A line of `cache ls`. */
export interface ListedEntry {
  readonly key: string
  /** The stage's name in its definition. */
  readonly stage: string
  readonly bytes: number
  readonly ms: number
  /** When it was made, and when a run last used it (ISO 8601). */
  readonly created: string
  readonly used: string
  /** Pipeline files whose runs used it, as far as is remembered. */
  readonly pipelines: readonly string[]
  readonly dir: string
  /** What is wrong with its manifest; all but `key` and `dir` is then empty. */
  readonly damage?: string
}

/** All results in the cache, by stage and then by last use, the newest first. Payload is not read. */
export const list = async (store: Store): Promise<ListedEntry[]> => {
  const uses = new Map<string, { used: string; pipelines: Set<string> }>()
  for (const { file, stages } of await readHistories(store)) {
    for (const { key, time } of Object.values(stages).flat()) {
      const known = uses.get(key) ?? { used: time, pipelines: new Set() }
      if (time > known.used) known.used = time
      known.pipelines.add(file)
      uses.set(key, known)
    }
  }
  const listed: ListedEntry[] = []
  for (const folder of await namesIn(entriesFolder(store))) {
    const { entries, damaged } = await readEntries(store, folder)
    for (const { dir, key, manifest } of entries) {
      const { record, bytes, ms, created } = manifest
      const { used = created, pipelines = [] } = uses.get(key) ?? {}
      listed.push({ key, stage: record.stage, bytes, ms, created, used, pipelines: [...pipelines].sort(), dir })
    }
    for (const { dir, reason } of damaged) listed.push({ ...unknown, key: basename(dir), dir, damage: reason })
  }
  return listed.sort((a, b) => compare(a.stage, b.stage) || compare(b.used, a.used))
}

const unknown = { stage: '', bytes: 0, ms: 0, created: '', used: '', pipelines: [] }
