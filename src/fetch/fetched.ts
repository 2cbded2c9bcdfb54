import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sizeBelow } from '../cache/folder-size.ts'
import type { Doomed } from '../cache/garbage.ts'
import { hashFile } from '../cache/hash-file.ts'
import type { Fault, OnRead } from '../cache/verify.ts'
import { recordIn, recordName } from './record.ts'

/** What was fetched for one address, or has come of it so far. */
export interface FetchedFolder {
  readonly dir: string
  /** As it was written; nothing where it was never fetched whole, or its record is damaged. */
  readonly address?: string
  /** Of its content here: that of a Hub's repository lies in Hugging Face's cache. */
  readonly bytes: number
  /** Of a download that broke off, and when it did (ms since 1970). */
  readonly part?: { readonly bytes: number; readonly changed: number }
}

/** All that lies in `fetched`. */
export const listFetched = async (cacheFolder: string): Promise<FetchedFolder[]> => {
  const fetched = join(cacheFolder, 'fetched')
  const names = (await readdir(fetched).catch(() => [])).filter(isId).sort()
  return Promise.all(
    names.map(async name => {
      const dir = join(fetched, name)
      const address = recordIn(dir)?.address
      const part = await stat(join(dir, 'part')).catch(() => undefined)
      return {
        dir,
        bytes: (await sizeBelow(join(dir, 'content'))).bytes,
        ...(address !== undefined && { address }),
        ...(part && { part: { bytes: part.size, changed: part.mtimeMs } }),
      }
    }),
  )
}

/** After so long a server has most likely another file, and nobody waits for this one. */
const partsKeptMs = 7 * 24 * 3600_000

/** Parts of downloads that nobody has gone on with for a week. */
export const staleParts = async (cacheFolder: string, now: number): Promise<Doomed[]> =>
  (await listFetched(cacheFolder)).flatMap(({ dir, address = '', part }) =>
    part === undefined || now - part.changed < partsKeptMs
      ? []
      : [
          {
            what: 'part',
            name: address,
            path: join(dir, 'part'),
            lock: lockName(dir),
            bytes: part.bytes,
            why: 'half-fetched, and not gone on with for a week',
            used: new Date(part.changed).toISOString(),
          },
        ],
  )

/** Reads what was fetched, and compares it with what was kept. */
export async function* fetchedFaults(cacheFolder: string, onRead: OnRead): AsyncGenerator<Fault> {
  for (const { dir } of await listFetched(cacheFolder)) {
    const flaw = await flawIn(dir, onRead)
    if (flaw === undefined) continue
    yield {
      what: 'fetched',
      name: recordIn(dir)?.address ?? '',
      path: dir,
      flaw,
      remedy: 'Remove it (`--remove`): the next run fetches it again.',
      remove: { path: join(dir, recordName), lock: lockName(dir) },
    }
  }
}

const flawIn = async (dir: string, onRead: OnRead): Promise<string | undefined> => {
  const record = recordIn(dir)
  const hasRecord = await stat(join(dir, recordName)).catch(() => undefined)
  if (record === undefined) return hasRecord && 'its record is damaged'
  if (record.kind === 'hub') return undefined
  const [name = ''] = await readdir(join(dir, 'content')).catch(() => [])
  const hashed = await hashFile(join(dir, 'content', name)).catch(() => undefined)
  if (hashed === undefined) return 'its content is missing or cannot be read'
  onRead(Number(hashed.stats.size))
  return hashed.digest === record.sha256 ? undefined : 'its content was changed'
}

/** See `fetchFile`. */
const lockName = (dir: string): string => `fetch-${dir.slice(-32)}`

const isId = (name: string): boolean => /^[0-9a-f]{32}$/.test(name)
