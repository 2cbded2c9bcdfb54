import { resolve } from 'node:path'
import type { FileMemo } from '../cache/file-memo.ts'
import { nameFile } from '../cache/files-by-field.ts'
import { type FileRecord, sorted } from '../cache/key.ts'
import type { LocationField } from '../plan/plan.ts'
import { type StageError, stageError } from '../plugin/stage-error.ts'

/** The outside files that a stage has said it reads and writes. */
export interface DeclaredFiles {
  /** The path, once the file's digest is taken; `undefined` where there is no such file. */
  read(path: string): Promise<string | undefined>
  wrote(path: string): void
  /**
   * The files as they enter the key and the manifest, when the stage has ended.
   *
   * @throws StageError where a file was changed while the stage ran, an Error where one it wrote is not there.
   */
  settle(): Promise<{ readonly read: readonly FileRecord[]; readonly wrote: readonly FileRecord[] }>
}

export const declaredFiles = (
  memo: FileMemo,
  locations: readonly LocationField[],
  onRead: (files: readonly FileRecord[]) => void,
): DeclaredFiles => {
  const digests = new Map<string, Promise<string | null>>()
  const written = new Set<string>()

  const records = async (path: string, digest: string | null): Promise<FileRecord[]> =>
    nameFile(path, locations).map(named => ({ ...named, digest }))

  return {
    async read(path) {
      const absolute = resolve(path)
      const known = digests.get(absolute)
      const digest = known ?? digestOf(memo, absolute)
      digests.set(absolute, digest)
      const found = await digest
      if (known === undefined) onRead(await records(absolute, found))
      return found === null ? undefined : absolute
    },
    wrote(path) {
      written.add(resolve(path))
    },
    async settle() {
      const read: FileRecord[] = []
      for (const [path, digest] of digests) {
        const before = await digest
        if ((await digestOf(memo, path)) !== before) throw changed(path)
        read.push(...(await records(path, before)))
      }
      const wrote: FileRecord[] = []
      for (const path of written) {
        const digest = await memo.digest(path)
        if (digest === null) throw new Error(`the stage says that it wrote ${path}, but there is no such file`)
        wrote.push(...(await records(path, digest)))
      }
      return { read: sorted(read), wrote: sorted(wrote) }
    },
  }
}

const digestOf = async (memo: FileMemo, path: string): Promise<string | null> => {
  try {
    return await memo.digest(path)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ECHANGING') throw changed(path)
    const found = code === 'ENOTFILE' ? 'something that is neither a file nor a folder' : `an error (${message})`
    throw stageError({
      code: 'unreadable-file',
      message: `Expected a file that can be read, found ${found}.`,
      file: path,
    })
  }
}

const changed = (file: string): StageError =>
  stageError({
    code: 'file-changed',
    message: 'Expected the file to stay as it is while the stage runs, but it was changed meanwhile.',
    file,
    hint: 'Run again when nothing writes to it.',
  })
