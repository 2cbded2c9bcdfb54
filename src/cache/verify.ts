import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { identity } from './hash-file.ts'
import { damagedHistories } from './history.ts'
import { list } from './list.ts'
import { namesIn, readEntries } from './look-up.ts'
import { type Manifest, manifestName } from './manifest.ts'
import { flawsOf } from './payload.ts'
import type { Removable } from './remove.ts'
import { entriesFolder, type Store } from './store.ts'
import { listUnfinished } from './unfinished.ts'
import { memoFaults } from './verify-memo.ts'

/** Something in the cache that is not as it was written. */
export interface Fault {
  readonly what: 'result' | 'checkpoints' | 'memo' | 'history' | 'file' | 'fetched' | 'code digests' | 'plan'
  /** The stage's name in its definition, or the address that was fetched, where it can be told. */
  readonly name: string
  readonly path: string
  /** A short name of it, to find it in `cache ls`. */
  readonly key?: string
  readonly flaw: string
  /** What becomes of it if it is left alone. */
  readonly remedy: string
  /** Given where removing it helps. */
  readonly remove?: Removable
}

/** Called with every so many bytes that were read. */
export type OnRead = (bytes: number) => void

/** Reads all that the cache holds, and the outside files whose digests it remembers. Each damage is told when it is found. */
export async function* faultsIn(store: Store, onRead: OnRead = () => {}): AsyncGenerator<Fault> {
  const digests = new Map<string, string>()
  for (const staticKey of await namesIn(entriesFolder(store))) yield* resultFaults(store, staticKey, digests, onRead)
  yield* checkpointFaults(store)
  for (const path of await damagedHistories(store))
    yield {
      what: 'history',
      name: '',
      path,
      flaw: 'it was changed',
      remedy: 'It counts for nothing: `explain` knows that pipeline again from its next run on.',
      remove: { path },
    }
  yield* memoFaults(store, digests, onRead)
}

async function* resultFaults(
  store: Store,
  staticKey: string,
  digests: Map<string, string>,
  onRead: OnRead,
): AsyncGenerator<Fault> {
  const { entries, damaged } = await readEntries(store, staticKey)
  const fault = (dir: string, stage: string, flaw: string): Fault => ({
    what: 'result',
    name: stage,
    key: basename(dir),
    path: dir,
    flaw,
    remedy: 'The next run that needs it makes it again.',
    remove: { path: dir, lock: staticKey, claim: staticKey },
  })
  for (const { dir, reason } of damaged) yield fault(dir, '', reason)
  for (const { dir, manifest } of entries) {
    const { stage } = manifest.record
    for (const name of await strangeNames(dir, manifest)) yield fault(dir, stage, `${name} does not belong to it`)
    for (const [port, output] of Object.entries(manifest.outputs)) {
      const flaws = flawsOf(join(dir, port), output, ({ stats, digest }) => {
        digests.set(identity(stats), digest)
        onRead(Number(stats.size))
      })
      for await (const flaw of flaws) yield fault(dir, stage, `in its output ${port}: ${flaw}`)
    }
  }
}

const strangeNames = async (dir: string, { outputs }: Manifest): Promise<string[]> => {
  const names = await readdir(dir).catch(() => [])
  return names.filter(name => name !== manifestName && !Object.hasOwn(outputs, name)).sort()
}

async function* checkpointFaults(store: Store): AsyncGenerator<Fault> {
  for (const { list, dir, staticKey } of await listUnfinished(store)) {
    if (list !== undefined) continue
    yield {
      what: 'checkpoints',
      name: '',
      key: staticKey,
      path: dir,
      flaw: 'the list of the files that were read is damaged or gone',
      remedy: 'Nobody can go on from there: the next run starts that stage anew.',
      remove: { path: dir, lock: staticKey, claim: staticKey },
    }
  }
}

/** How many bytes there are to read: of the results; of outside files nobody knows without looking at each. */
export const bytesToRead = async (store: Store): Promise<number> =>
  (await list(store)).reduce((sum, { bytes, damage }) => sum + (damage === undefined ? bytes : 0), 0)
