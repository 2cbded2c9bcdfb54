import { type DiagnosticsError, diagnosticsError } from '../diagnostic/diagnostic.ts'
import { contains } from './files-by-field.ts'

/** What a disk answers that does not take what is written: nobody's bug. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission is denied',
  EPERM: 'the operation is not permitted',
  EROFS: 'the disk is read-only',
  ENOTSUP: 'its file system has no hard links',
}

export interface Refusal {
  readonly code: string
  /** In words. */
  readonly reason: string
  /** Node names it where it opens, renames, links …, and never where it writes or flushes. */
  readonly path: string | undefined
}

/** What a disk refused; `undefined` for any other error. */
export const refusalOf = (error: unknown): Refusal | undefined => {
  if (typeof error !== 'object' || error === null) return undefined
  const { code = '', path } = error as NodeJS.ErrnoException
  const reason = reasons[code]
  return reason === undefined ? undefined : { code, reason, path }
}

/** Does what writes into the cache alone: what its disk refuses is thrown on as a diagnostic. */
export const intoCache = async <T>(folder: string, write: () => Promise<T>): Promise<T> => {
  try {
    return await write()
  } catch (error) {
    throw refusedByCache(error, folder, folder) ?? error
  }
}

/** The diagnostic for a refusal in the cache folder; `nameless` is the place of one that names none. */
export const refusedByCache = (error: unknown, folder: string, nameless?: string): DiagnosticsError | undefined => {
  const refusal = refusalOf(error)
  const path = refusal?.path ?? nameless
  if (refusal === undefined || path === undefined || !contains(folder, path)) return undefined
  return diagnosticsError({
    severity: 'error',
    code: 'cache-not-writable',
    message: `Expected to write into the cache, but ${refusal.reason} (${refusal.code}): ${path}`,
    hint: 'Make room there, or keep results in another folder with --cache-dir.',
  })
}
