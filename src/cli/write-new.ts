import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Diagnostic, diagnosticsError } from '../diagnostic/diagnostic.ts'
import { displayPath } from '../diagnostic/format.ts'
import { mistake } from './arguments.ts'

/** Writes new files, texts or bytes by path from the current folder: all of them, or none where one is there already. */
export const writeNew = (files: Readonly<Record<string, string | Uint8Array>>): void => {
  const cwd = process.cwd()
  const there = Object.keys(files).filter(path => existsSync(resolve(cwd, path)))
  if (there.length > 0) throw diagnosticsError(...there.map(isThere))
  for (const [path, content] of Object.entries(files)) {
    try {
      mkdirSync(dirname(resolve(cwd, path)), { recursive: true })
      writeFileSync(resolve(cwd, path), content, { flag: 'wx' })
    } catch (error) {
      throw diagnosticsError(notWritten(path, error as NodeJS.ErrnoException))
    }
  }
}

const isThere = (path: string): Diagnostic =>
  mistake(
    'file-exists',
    `\`${displayPath(path, process.cwd())}\` is there already; nothing was written.`,
    'Give another name, or move it away: a file that exists is never written over.',
  )

const notWritten = (path: string, { code = '', message }: NodeJS.ErrnoException): Diagnostic =>
  mistake('not-written', `\`${path}\` could not be written: ${reasons[code] ?? message}.`)

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied (EACCES)',
  EEXIST: 'a part of the path is a file (EEXIST)',
  ENOSPC: 'the disk is full (ENOSPC)',
  ENOTDIR: 'a part of the path is a file (ENOTDIR)',
  EROFS: 'the disk can only be read (EROFS)',
}
