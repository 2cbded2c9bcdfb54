import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { HashedFile } from './hash-file.ts'
import { fullKey, staticKey } from './key.ts'
import { type Manifest, manifestName, manifestText, outputDigest, type StoredOutput } from './manifest.ts'
import { flushFolder, sealPayload } from './payload.ts'
import { entriesFolder, type Store, setAside, temporaryPath } from './store.ts'

/** A stored result. */
export interface Entry {
  readonly dir: string
  readonly key: string
  readonly manifest: Manifest
}

/** A result being written. Nobody sees it before `commit`, and of a killed process nothing of it is ever seen. */
export interface Draft {
  /** Makes the folder of an output, for its artifact kind to write into. */
  folder(port: string): Promise<string>
  /** Takes the digests of what was written into an output's folder, and has the disk keep it. */
  seal(port: string, kind: { readonly kind: string; readonly version: number }): Promise<StoredOutput>
  /** Puts the result in its place. One that is there already (of a forced run, or damaged) makes room. */
  commit(manifest: Manifest): Promise<Entry>
  /** Removes what was written; nothing after `commit`. */
  drop(): Promise<void>
}

export const beginDraft = async (store: Store): Promise<Draft> => {
  const dir = temporaryPath(store)
  await mkdir(dir)
  const written: HashedFile[] = []
  return {
    async folder(port) {
      const folder = join(dir, port)
      await mkdir(folder)
      return folder
    },
    async seal(port, { kind, version }) {
      const { files, hashed } = await sealPayload(join(dir, port))
      written.push(...hashed)
      return { kind, version, files, digest: outputDigest(kind, version, files) }
    },
    async commit(manifest) {
      await writeFlushed(dir, manifestName, manifestText(manifest))
      const folder = entriesFolder(store, staticKey(manifest.record))
      const key = fullKey(manifest.record, manifest.files)
      const isNew = (await mkdir(folder, { recursive: true })) !== undefined
      await takePlace(store, dir, join(folder, key))
      await flushFolder(folder)
      if (isNew) await flushFolder(entriesFolder(store))
      // Although they are fresh (see file-memo.ts): nobody else has ever had these files open for writing.
      await store.memo.remember(written)
      return { dir: join(folder, key), key, manifest }
    },
    drop: () => rm(dir, { recursive: true, force: true }),
  }
}

/** Renames a folder to `place`. Whatever was there goes only when the new is in its place: removing gigabytes takes a while, in which a run may be killed. */
export const takePlace = async (store: Store, dir: string, place: string): Promise<void> => {
  const aside = await setAside(store, place)
  try {
    await rename(dir, place)
  } catch (error) {
    if (aside !== undefined) await rename(aside, place)
    throw error
  }
  if (aside !== undefined) await rm(aside, { recursive: true, force: true })
}

const writeFlushed = async (dir: string, name: string, text: string): Promise<void> => {
  const handle = await open(join(dir, name), 'w')
  try {
    await handle.writeFile(text)
    await Promise.all([handle.sync(), flushFolder(dir)])
  } finally {
    await handle.close()
  }
}
