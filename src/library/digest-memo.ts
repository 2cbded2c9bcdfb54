import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeFolder } from '../cache/make-folder.ts'
import { seal, unseal } from '../cache/sealed.ts'
import type { Fault } from '../cache/verify.ts'
import type { DigestMemo, RememberedDigest } from '../plugin/code-digest.ts'

/**
 * Code digests of local stages, remembered in the cache folder, so that esbuild is loaded only when a stage's code has
 * changed. A file that is gone or cannot be read is a memo that is empty; one that cannot be written remembers nothing.
 * Commands that only look do not write.
 */
export const openDigestMemo = (folder: string, { write }: { readonly write: boolean }): DigestMemo => {
  const file = join(folder, name)
  let known: Map<string, RememberedDigest> | undefined
  const load = () => (known ??= new Map(Object.entries(readWhole(file) ?? {})))
  return {
    get: stage => load().get(stage),
    set(stage, digest) {
      load().set(stage, digest)
      if (write) store(file, Object.fromEntries(load()))
    },
  }
}

/** What is wrong with the memo in a cache folder. */
export const digestMemoFault = (folder: string): Fault | undefined => {
  const path = join(folder, name)
  if (!existsSync(path) || readWhole(path) !== undefined) return undefined
  return {
    what: 'code digests',
    name: '',
    path,
    flaw: 'it was changed',
    remedy: 'It counts for nothing: the next run makes it anew.',
    remove: { path },
  }
}

const name = 'code-digests.json'

const store = (file: string, digests: Digests): void => {
  try {
    makeFolder(dirname(file))
    const prepared = `${file}.${process.pid}`
    writeFileSync(prepared, seal(digests))
    renameSync(prepared, file)
  } catch {
    // What is wrong with the folder is said when the cache is opened.
  }
}

type Digests = Readonly<Record<string, RememberedDigest>>

const readWhole = (file: string): Digests | undefined => {
  try {
    return unseal<Digests>(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
