import type { Dirent } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type HashedFile, hashFile, hashHandle } from './hash-file.ts'
import type { PayloadFile, StoredOutput } from './manifest.ts'
import type { Store } from './store.ts'

export interface SealedPayload {
  readonly files: readonly PayloadFile[]
  readonly hashed: readonly HashedFile[]
}

/**
 * Takes the digests of all files in a folder, and has the disk keep them: while a file is hashed, it is flushed.
 *
 * @throws for a link or a device among them: artifacts are made of plain files.
 */
export const sealPayload = async (dir: string): Promise<SealedPayload> => {
  const { files: paths, folders } = await listPayload(dir)
  const flushing = folders.map(folder => flushFolder(join(dir, folder)))
  const [hashed] = await Promise.all([sealFiles(dir, paths), Promise.all(flushing)])
  const files = hashed.map(({ stats, digest }, i) => ({ path: paths[i]!, bytes: Number(stats.size), sha256: digest }))
  return { files, hashed }
}

/** What is wrong with an output in the cache, found without reading files that have not been touched. */
export const glance = async (store: Store, dir: string, output: StoredOutput): Promise<string | undefined> => {
  for (const { path, sha256 } of output.files) {
    const found = await store.memo.digest(join(dir, path)).catch(() => null)
    if (found === null) return `${path} is missing or cannot be read`
    if (found !== sha256) return `${path} was changed`
  }
  return undefined
}

/** What is wrong with an output in the cache, found by reading nothing: that files are there, and how long they are. */
export const skim = async (dir: string, output: StoredOutput): Promise<string | undefined> => {
  for (const { path, bytes } of output.files) {
    const stats = await stat(join(dir, path)).catch(() => undefined)
    if (!stats?.isFile()) return `${path} is missing or cannot be read`
    if (stats.size !== bytes) return `${path} was changed`
  }
  return undefined
}

/** The first thing that is wrong with an output in the cache, found by reading all of it. */
export const inspect = async (dir: string, output: StoredOutput): Promise<string | undefined> => {
  for await (const flaw of flawsOf(dir, output)) return flaw
  return undefined
}

/** All that is wrong with an output in the cache, found by reading all of it. */
export async function* flawsOf(
  dir: string,
  output: StoredOutput,
  onRead: (file: HashedFile) => void = () => {},
): AsyncGenerator<string> {
  const there = await listPayload(dir).catch((error: Error) => error.message)
  if (typeof there === 'string') return yield there
  for (const path of there.files)
    if (!output.files.some(file => file.path === path)) yield `${path} does not belong to it`
  for (const { path, bytes, sha256 } of output.files) {
    const read = await hashFile(join(dir, path)).catch((error: Error) => error.message)
    if (typeof read === 'string') {
      yield there.files.includes(path) ? read : `${path} is missing`
      continue
    }
    onRead(read)
    if (read.digest !== sha256 || Number(read.stats.size) !== bytes) yield `${path} was changed`
  }
}

/** Flushes what names a folder holds. (Windows cannot, and need not.) */
export const flushFolder = async (dir: string): Promise<void> => {
  if (process.platform === 'win32') return
  const handle = await open(dir, 'r')
  await handle.sync().finally(() => handle.close())
}

/** Files sealed at a time: as many as Node has threads for flushing them. */
const together = 4

const sealFiles = async (dir: string, paths: readonly string[]): Promise<HashedFile[]> => {
  const hashed: HashedFile[] = []
  for (let i = 0; i < paths.length; i += together)
    hashed.push(...(await Promise.all(paths.slice(i, i + together).map(path => sealFile(join(dir, path))))))
  return hashed
}

const sealFile = async (path: string): Promise<HashedFile> => {
  const handle = await open(path, process.platform === 'win32' ? 'r+' : 'r')
  try {
    const [digest] = await Promise.all([hashHandle(handle), handle.sync()])
    return { digest, stats: await handle.stat({ bigint: true }) }
  } finally {
    await handle.close()
  }
}

/** The files in a folder at any depth, sorted, and the folders, itself (`''`) included. */
const listPayload = async (dir: string, inside = ''): Promise<{ files: string[]; folders: string[] }> => {
  const files: string[] = []
  const folders = [inside]
  for (const entry of (await readdir(join(dir, inside), { withFileTypes: true })).sort(byName)) {
    const path = inside === '' ? entry.name : `${inside}/${entry.name}`
    if (entry.isFile()) files.push(path)
    else if (entry.isDirectory()) {
      const below = await listPayload(dir, path)
      files.push(...below.files)
      folders.push(...below.folders)
    } else throw new Error(`${join(dir, path)} is neither a file nor a folder`)
  }
  return { files: files.sort(), folders }
}

const byName = (a: Dirent, b: Dirent): number => (a.name < b.name ? -1 : 1)
