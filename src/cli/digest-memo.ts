import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DigestMemo, RememberedDigest } from '../plugin/code-digest.ts'

/**
 * Code digests of local stages, remembered in the cache folder, so that esbuild is loaded only when a stage's code has
 * changed. A file that is gone or cannot be read is a memo that is empty. Commands that only look do not write.
 */
export const openDigestMemo = (folder: string, { write }: { readonly write: boolean }): DigestMemo => {
  const file = join(folder, 'code-digests.json')
  let known: Map<string, RememberedDigest> | undefined
  const load = () => (known ??= new Map(Object.entries(read(file))))
  return {
    get: stage => load().get(stage),
    set(stage, digest) {
      load().set(stage, digest)
      if (!write) return
      mkdirSync(folder, { recursive: true })
      const prepared = `${file}.${process.pid}`
      writeFileSync(prepared, JSON.stringify(Object.fromEntries(load())))
      renameSync(prepared, file)
    },
  }
}

const read = (file: string): Readonly<Record<string, RememberedDigest>> => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {}
  }
}
