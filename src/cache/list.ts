import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { sizeBelow } from './folder-size.ts'
import { readHistories } from './history.ts'
import { namesIn, readEntries } from './look-up.ts'
import { type Manifest, manifestName } from './manifest.ts'
import { entriesFolder, type Store } from './store.ts'

/** A stored result. */
export interface ListedEntry {
  readonly key: string
  /** The key without the outside files: the folder that it lies in. */
  readonly staticKey: string
  /** The stage's name in its definition. */
  readonly stage: string
  readonly bytes: number
  readonly ms: number
  /** When it was made, and when a run last used it (ISO 8601). */
  readonly created: string
  readonly used: string
  /** The runs that used it, as far as is remembered: of which pipeline file, and as which stage there. */
  readonly uses: readonly { readonly file: string; readonly stage: string }[]
  readonly dir: string
  /** What is wrong with its manifest; of the rest only keys, size and place are then known. */
  readonly damage?: string
}

/** All results in the cache, the largest first. Payload is not read. */
export const list = async (store: Store): Promise<ListedEntry[]> => {
  const uses = await usesInHistory(store)
  const listed: ListedEntry[] = []
  for (const staticKey of await namesIn(entriesFolder(store))) {
    const { entries, damaged } = await readEntries(store, staticKey)
    for (const { dir, key, manifest } of entries) {
      const { record, bytes, ms, created } = manifest
      const { used: remembered = '', as = [] } = uses.get(key) ?? {}
      const used = latest(remembered, await lastTouched(dir, manifest))
      listed.push({
        key,
        staticKey,
        stage: record.stage,
        bytes,
        ms,
        created,
        used,
        uses: as,
        dir,
      })
    }
    for (const { dir, reason } of damaged) {
      const { bytes } = await sizeBelow(dir)
      listed.push({ ...unknown, key: basename(dir), staticKey, bytes, dir, damage: reason })
    }
  }
  return listed.sort((a, b) => b.bytes - a.bytes)
}

const unknown = { stage: '', ms: 0, created: '', used: '', uses: [] }

const usesInHistory = async (store: Store) => {
  const uses = new Map<string, { used: string; as: { file: string; stage: string }[] }>()
  for (const { file, stages } of await readHistories(store)) {
    for (const [stage, made] of Object.entries(stages)) {
      for (const { key, time } of made) {
        const known = uses.get(key) ?? { used: time, as: [] }
        known.used = latest(time, known.used)
        known.as.push({ file, stage })
        uses.set(key, known)
      }
    }
  }
  return uses
}

/** See `markUsed`. */
const lastTouched = async (dir: string, { created }: Manifest): Promise<string> => {
  const stats = await stat(join(dir, manifestName)).catch(() => undefined)
  return stats?.mtime.toISOString() ?? created
}

const latest = (one: string, other: string): string => (one > other ? one : other)
