import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { DigestMemo, RememberedDigest } from './code-digest.ts'

/**
 * A memo of code digests in a JSON file, read when it is first asked. It may be lost at any time: a file that cannot be
 * read or written counts as empty. Without `write`, what is new is remembered for this process alone.
 */
export const digestMemo = (file: string, { write }: { readonly write: boolean }): DigestMemo => {
  let known: Record<string, RememberedDigest> | undefined
  const entries = () => (known ??= read(file))
  return {
    get: stage => (Object.hasOwn(entries(), stage) ? entries()[stage] : undefined),
    set: (stage, digest) => {
      entries()[stage] = digest
      if (write) save(file, entries())
    },
  }
}

const read = (file: string): Record<string, RememberedDigest> => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {}
  }
}

const save = (file: string, entries: Record<string, RememberedDigest>): void => {
  const draft = `${file}.${process.pid}`
  try {
    writeFileSync(draft, JSON.stringify(entries))
    renameSync(draft, file)
  } catch {
    // The next run bundles once more.
  }
}
