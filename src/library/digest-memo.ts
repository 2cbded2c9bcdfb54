import { join } from 'node:path'
import { readSealed, writeSealed } from '../cache/sealed.ts'
import type { DigestMemo, RememberedDigest } from '../plugin/code-digest.ts'

/**
 * Code digests of local stages, remembered in the cache folder, so that esbuild is loaded only when a stage's code has
 * changed. A file that is gone or cannot be read is a memo that is empty; one that cannot be written remembers nothing.
 * Commands that only look do not write.
 */
export const openDigestMemo = (folder: string, { write }: { readonly write: boolean }): DigestMemo => {
  const file = digestMemoFile(folder)
  let known: Map<string, RememberedDigest> | undefined
  const load = () => (known ??= new Map(Object.entries(readSealed<Digests>(file) ?? {})))
  return {
    get: stage => load().get(stage),
    set(stage, digest) {
      load().set(stage, digest)
      if (write) writeSealed(file, Object.fromEntries(load()))
    },
  }
}

/** Where they are. */
export const digestMemoFile = (folder: string): string => join(folder, 'code-digests.json')

type Digests = Readonly<Record<string, RememberedDigest>>
