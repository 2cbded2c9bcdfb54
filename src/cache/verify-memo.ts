import { rename, stat, writeFile } from 'node:fs/promises'
import { hashFile, identity } from './hash-file.ts'
import { type MemoLine, memoText, readMemo } from './memo-file.ts'
import { memoFile, type Store, temporaryPath } from './store.ts'
import type { Fault } from './verify.ts'

/**
 * Reads the outside files again whose digests are remembered, and which have not changed by all that the file system
 * tells: finds what was changed behind its back. `payload` has the digests, by identity, of what lies in the cache and was
 * read just now. What is wrong is put right, if the store is open for writing.
 */
export async function* memoFaults(
  store: Store,
  payload: ReadonlyMap<string, string>,
  onRead: (bytes: number) => void,
): AsyncGenerator<Fault> {
  const file = memoFile(store)
  const { lines, damaged } = readMemo(file)
  const right: MemoLine[] = []
  const wrong: (readonly [line: MemoLine, now: string])[] = []
  for (const line of lines.values()) {
    const now = payload.get(line.identity) ?? (await digestNow(line, onRead))
    if (now !== undefined && now !== line.digest) wrong.push([line, now])
    right.push(now === undefined ? line : { ...line, digest: now })
  }
  // Before it is told, so that whoever stops listening finds it done.
  if (!store.readOnly && (damaged > 0 || wrong.length > 0)) {
    const prepared = temporaryPath(store)
    await writeFile(prepared, right.map(line => `${memoText(line)}\n`).join(''))
    await rename(prepared, file)
  }
  const remedy = (done: string, todo: string): string => (store.readOnly ? todo : done)
  if (damaged > 0)
    yield {
      what: 'memo',
      name: '',
      path: file,
      flaw: `${damaged} of its lines cannot be made out`,
      remedy: remedy('They are removed: those files are read again.', 'They count for nothing.'),
    }
  for (const [{ path, digest }, now] of wrong) {
    if (path === undefined) continue
    yield {
      what: 'file',
      name: '',
      path,
      flaw: `it has other content than is remembered, although size, mtime and ctime are the same: ${short(digest)} → ${short(now)}`,
      remedy: remedy('Corrected: the next run sees what is in it.', 'Run with --rehash.'),
    }
  }
}

/** The digest of a file that is, by all that is known without reading it, as it was; `undefined` of any other. */
const digestNow = async (
  { identity: known, path }: MemoLine,
  onRead: (bytes: number) => void,
): Promise<string | undefined> => {
  if (path === undefined) return undefined
  const stats = await stat(path, { bigint: true }).catch(() => undefined)
  if (stats === undefined || identity(stats) !== known) return undefined
  const hashed = await hashFile(path).catch(() => undefined)
  if (hashed === undefined || identity(hashed.stats) !== known) return undefined
  onRead(Number(stats.size))
  return hashed.digest
}

const short = (digest: string): string => digest.slice(0, 12)
