import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import type { FileRecord } from './key.ts'

/** A configured place: where it stands in the configuration, and the absolute path that it means now. */
export interface Location {
  readonly pointer: string
  readonly path: string
}

export type NamedFile = Pick<FileRecord, 'field' | 'path'>

/**
 * Names an outside file from each configured location that it may have been found by: those that are the file or a
 * folder around it; where none is the file itself, also the nearest ones whose own folder is around it
 * (`tokenizer_config.json` beside a configured `vocab.txt`). Several, because when one of them is changed the stage may
 * read another file. A file that belongs to none is named by its absolute path.
 */
export const nameFile = (file: string, locations: readonly Location[]): readonly NamedFile[] => {
  const around = locations.filter(({ path }) => contains(path, file))
  const owners = around.some(({ path }) => path === file) ? around : [...around, ...beside(file, locations)]
  if (owners.length === 0) return [{ field: null, path: file }]
  return owners.map(({ pointer, path }) => ({ field: pointer, path: relative(path, file).split(sep).join('/') }))
}

/** Where a named file lies now; `undefined` where its location is not configured any more. */
export const findFile = ({ field, path }: NamedFile, locations: readonly Location[]): string | undefined => {
  if (field === null) return path
  const location = locations.find(({ pointer }) => pointer === field)
  return location && resolve(location.path, path)
}

/** The locations not around the file whose folder is, and lies deepest. (That of a location in `/` says nothing.) */
const beside = (file: string, locations: readonly Location[]): Location[] => {
  const candidates = locations.filter(({ path }) => {
    const folder = dirname(path)
    return dirname(folder) !== folder && contains(folder, file) && !contains(path, file)
  })
  const deepest = Math.max(...candidates.map(({ path }) => dirname(path).length))
  return candidates.filter(({ path }) => dirname(path).length === deepest)
}

/** Whether a path is a folder or lies in it. */
export const contains = (folder: string, file: string): boolean => {
  const path = relative(folder, file)
  return path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)
}
