import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { findPackage, packageRoot } from '../plugin/package-root.ts'
import type { Probe } from '../plugin/stage.ts'
import { isStageError, stageError } from '../plugin/stage-error.ts'

const largest = 16 * 2 ** 20

/**
 * A probe that asks the file system and the environment, once for each question. Packages are looked for from this folder, then from ours.
 * What cannot be looked at is a `stageError`: it is the path that is wrong, or the rights.
 */
export const fileProbe = (folder: string): Probe => ({
  text: memoised(path =>
    looking(path, () => {
      const stat = statOf(path)
      if (!stat?.isFile()) return undefined
      if (stat.size > largest) throw tooLarge(path, stat.size)
      return readFileSync(path, 'utf8')
    }),
  ),
  kind: memoised(path =>
    looking(path, () => {
      const stat = statOf(path)
      if (!stat) return 'absent'
      return stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other'
    }),
  ),
  list: memoised(path => looking(path, () => (statOf(path)?.isDirectory() ? readdirSync(path).sort() : []))),
  package: memoised(name => findPackage(name, folder)),
  ourPackage: memoised(name => findPackage(name, packageRoot())),
  env: name => process.env[name],
})

/** Nothing where the path, or a folder on the way to it, is absent. */
const statOf = (path: string) => {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined
    throw error
  }
}

const looking = <T>(path: string, look: () => T): T => {
  try {
    return look()
  } catch (error) {
    if (isStageError(error)) throw error
    const { code = '', message } = error as NodeJS.ErrnoException
    throw stageError({
      code: 'unreadable-file',
      message: `it cannot be read: ${reasons[code] ?? message}.`,
      file: path,
    })
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied (EACCES)',
  EPERM: 'the operation is not permitted (EPERM)',
  ENAMETOOLONG: 'its name is too long (ENAMETOOLONG)',
  ELOOP: 'it is a link that leads in a circle (ELOOP)',
  EIO: 'the disk fails (EIO)',
  ERR_INVALID_ARG_VALUE: 'its name holds a NUL character',
}

const tooLarge = (path: string, size: number) =>
  stageError({
    code: 'file-too-large',
    message: `${basename(path)} is read before anything runs and must be at most 16 MB; it has ${(size / 2 ** 20).toFixed(1)} MB.`,
    file: path,
  })

const memoised = <T>(ask: (name: string) => T): ((name: string) => T) => {
  const answers = new Map<string, T>()
  return name => {
    if (!answers.has(name)) answers.set(name, ask(name))
    return answers.get(name)!
  }
}
