import type { FileMemo } from './file-memo.ts'
import { findFile, type Location } from './files-by-field.ts'
import type { FileRecord } from './key.ts'

/** A recorded outside file that is not as it was. */
export interface ChangedFile {
  readonly file: FileRecord
  /** Where it would lie now; `undefined` where its location is not configured any more. */
  readonly path: string | undefined
  /** SHA-256 of its content now; null where there is no such file; `unreadable` where there is one. */
  readonly now: string | null
}

/** What stands for the digest of a file that is there and cannot be read: it is not as it was, and not gone. */
export const unreadable = 'cannot be read'

/** Those files that are not as they were. */
export const changedFiles = async (
  memo: FileMemo,
  files: readonly FileRecord[],
  locations: readonly Location[],
): Promise<ChangedFile[]> => {
  const changed: ChangedFile[] = []
  // A file has a name from each location around it: it is looked at once.
  const digests = new Map<string, string | null>()
  for (const file of files) {
    const path = findFile(file, locations)
    if (path !== undefined && !digests.has(path)) digests.set(path, await memo.digest(path).catch(() => unreadable))
    const now = path === undefined ? null : digests.get(path)!
    if (now !== file.digest) changed.push({ file, path, now })
  }
  return changed
}
