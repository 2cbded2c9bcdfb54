import type { CacheFolder } from '../cache/folder.ts'
import { list } from '../cache/list.ts'
import { intoCache } from '../cache/refusal.ts'
import { removeUnused, usedWords } from '../cache/remove.ts'
import { openStore, type Store } from '../cache/store.ts'
import { bytesToRead, type Fault, faultsIn, type OnRead } from '../cache/verify.ts'
import { isDiagnosticsError } from '../diagnostic/diagnostic.ts'
import { displayPath } from '../diagnostic/format.ts'
import { fetchedFaults } from '../fetch/fetched.ts'
import { planningFaults } from '../library/planning-faults.ts'
import { clean } from '../report/clean.ts'
import { count, size } from '../report/human.ts'
import { type ExitCode, exit } from './exit.ts'
import type { Flags } from './flags.ts'
import { folded, print, printJson } from './print.ts'
import { progressLine } from './progress-line.ts'

/** Reads all that is in a cache and tells what is damaged; removes it where that is asked for. Exit code 1 where something was. */
export const cacheVerify = async (folder: CacheFolder, { json, remove }: Flags): Promise<ExitCode> => {
  const store = await openFor(folder, remove === true)
  const { length: results } = await list(store)
  const total = await bytesToRead(store)
  const progress = progressLine()
  let read = 0
  const onRead: OnRead = bytes => {
    read += bytes
    progress.show(`reading: ${size(read)}${total > read ? ` of ${size(total)}` : ''}`)
  }
  const removed = new Map<string, string>()
  let faults = 0
  for await (const fault of allFaults(store, onRead)) {
    faults++
    const remedy = remove === true ? await removal(store, fault, removed) : fault.remedy
    progress.clear()
    if (json) printJson({ kind: 'fault', ...fault, remedy })
    else print(...folded(faultLine({ ...fault, remedy }), '  '))
  }
  progress.clear()
  if (json) printJson({ kind: 'total', faults, results, bytes: read, folder: folder.path })
  else print(...(faults === 0 ? [] : ['']), ...folded(closing(faults, results, read, folder.path)))
  return faults === 0 ? exit.done : exit.failed
}

/** So that the memo of digests can be put right; a cache that cannot be written to is only looked at. */
const openFor = async (folder: CacheFolder, remove: boolean): Promise<Store> => {
  const looked = await openStore(folder, { readOnly: true })
  if ((await list(looked)).length === 0 && !remove) return looked
  return openStore(folder).catch(error => {
    if (remove || !isDiagnosticsError(error)) throw error
    return looked
  })
}

async function* allFaults(store: Store, onRead: OnRead): AsyncGenerator<Fault> {
  yield* faultsIn(store, onRead)
  yield* fetchedFaults(store.folder, onRead)
  yield* planningFaults(store.folder)
}

/** What was done about a fault. One result may have several. */
const removal = async (store: Store, { remove, remedy }: Fault, removed: Map<string, string>): Promise<string> => {
  if (remove === undefined) return remedy
  const before = removed.get(remove.path)
  if (before !== undefined) return before
  const done = await intoCache(store.folder, () => removeUnused(store, remove))
  const words = done.removed ? 'Removed.' : `Kept: ${usedWords(done.usedBy)}.`
  removed.set(remove.path, words)
  return words
}

const faultLine = ({ what, name, key, path, flaw, remedy }: Fault): string => {
  const about = name === '' ? '' : `${what === 'fetched' ? ': ' : ' of '}${clean(name)}`
  const where = key === undefined ? displayPath(path, process.cwd()) : key.slice(0, 12)
  return `${what}${about} (${where}): ${flaw}. ${remedy}`
}

const closing = (faults: number, results: number, read: number, folder: string): string =>
  faults === 0
    ? `All is sound: ${count(results, 'result')}, ${size(read)} read, in ${folder}`
    : `${count(faults, 'fault')}; ${count(results, 'result')}, ${size(read)} read, in ${folder}`
