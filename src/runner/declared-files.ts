import { resolve } from 'node:path'
import { nameFile } from '../cache/files-by-field.ts'
import { type FileRecord, sorted } from '../cache/key.ts'
import type { Store } from '../cache/store.ts'
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
  { memo, folder }: Pick<Store, 'memo' | 'folder'>,
  locations: readonly LocationField[],
  onRead: (files: readonly FileRecord[]) => void,
): DeclaredFiles => {
  const digests = new Map<string, Promise<string | null>>()
  const written = new Set<string>()

  const digestOf = async (path: string): Promise<string | null> => {
    try {
      return await memo.digest(path)
    } catch (error) {
      throw unreadable(path, error as NodeJS.ErrnoException, folder)
    }
  }
  const records = async (path: string, digest: string | null): Promise<FileRecord[]> =>
    nameFile(path, locations).map(named => ({ ...named, digest }))

  return {
    async read(path) {
      const absolute = resolve(path)
      const known = digests.get(absolute)
      const digest = known ?? digestOf(absolute)
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
        if ((await digestOf(path)) !== before) throw changed(path)
        read.push(...(await records(path, before)))
      }
      const wrote: FileRecord[] = []
      for (const path of written) {
        const digest = await digestOf(path)
        if (digest === null) throw new Error(`the stage says that it wrote ${path}, but there is no such file`)
        wrote.push(...(await records(path, digest)))
      }
      return { read: sorted(read), wrote: sorted(wrote) }
    },
  }
}

const unreadable = (file: string, { code, message }: NodeJS.ErrnoException, cacheFolder: string): StageError => {
  if (code === 'ECHANGING') return changed(file)
  if (code === 'EHOLDSMEMO')
    return stageError({
      code: 'holds-cache',
      message: `Expected a folder whose content stays, found one that holds the cache (${cacheFolder}), which changes with every run.`,
      file,
      hint: 'Name a folder that does not, or keep results elsewhere with --cache-dir.',
    })
  const found = code === 'ENOTFILE' ? 'something that is neither a file nor a folder' : `an error (${message})`
  return stageError({ code: 'unreadable-file', message: `Expected a file that can be read, found ${found}.`, file })
}

const changed = (file: string): StageError =>
  stageError({
    code: 'file-changed',
    message: 'Expected the file to stay as it is while the stage runs, but it was changed meanwhile.',
    file,
    hint: 'Run again when nothing writes to it.',
  })
