import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type DiagnosticsError, diagnosticsError } from '../diagnostic/diagnostic.ts'
import { refusalOf } from './refusal.ts'

/** Makes a folder and those above it. Node's own recursive `mkdir` never returns where the system makes none (`/proc/x/y`). */
export const makeFolder = (folder: string): void => {
  try {
    makeOne(folder)
  } catch (error) {
    const above = dirname(folder)
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === folder) throw error
    makeFolder(above)
    makeOne(folder)
  }
}

const makeOne = (folder: string): void => {
  try {
    mkdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(folder).isDirectory()) throw error
  }
}

/** Why a folder cannot be made where a disk would take it. */
const reasons: Readonly<Record<string, string>> = {
  EEXIST: 'a file is in its place',
  ENOTDIR: 'a file is in its place, or in that of a folder above it',
  ENOENT: 'no folder can be made there',
  ELOOP: 'a link on the way leads in a circle',
  ENAMETOOLONG: 'a name in it is too long',
}

/** The diagnostic for a cache folder that cannot be made or written to; `undefined` for any other error. */
export const noFolder = (error: unknown, folder: string): DiagnosticsError | undefined => {
  const { code = '' } = (error ?? {}) as NodeJS.ErrnoException
  const reason = refusalOf(error)?.reason ?? reasons[code]
  if (reason === undefined) return undefined
  const remedy = code === 'ENOSPC' || code === 'EDQUOT' ? 'make room there' : 'make this one writable'
  return diagnosticsError({
    severity: 'error',
    code: 'cache-not-writable',
    message: `Expected to keep results in ${folder}, but ${reason} (${code}).`,
    hint: `Keep them in another folder with --cache-dir, or ${remedy}.`,
  })
}
