import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeFolder } from '../cache/make-folder.ts'
import type { DigestMemo, RememberedDigest } from '../plugin/code-digest.ts'

/**
 * Code digests of local stages, remembered in the cache folder, so that esbuild is loaded only when a stage's code has
 * changed. A file that is gone or cannot be read is a memo that is empty; one that cannot be written remembers nothing.
 * Commands that only look do not write.
 */
export const openDigestMemo = (folder: string, { write }: { readonly write: boolean }): DigestMemo => {
  const file = join(folder, 'code-digests.json')
  let known: Map<string, RememberedDigest> | undefined
  const load = () => (known ??= new Map(Object.entries(read(file))))
  return {
    get: stage => load().get(stage),
    set(stage, digest) {
      load().set(stage, digest)
      if (write) store(file, Object.fromEntries(load()))
    },
  }
}

const store = (file: string, digests: Readonly<Record<string, RememberedDigest>>): void => {
  try {
    makeFolder(dirname(file))
    const prepared = `${file}.${process.pid}`
    writeFileSync(prepared, JSON.stringify(digests))
    renameSync(prepared, file)
  } catch {
    // What is wrong with the folder is said when the cache is opened.
  }
}

const read = (file: string): Readonly<Record<string, RememberedDigest>> => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {}
  }
}
