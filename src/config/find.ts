import { readdirSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { displayPath } from '../diagnostic/format.ts'
import { listed, nearest } from '../diagnostic/nearest.ts'

export type Found = { readonly file: string } | { readonly diagnostic: Diagnostic }

/** Looks for a pipeline file as given (from `cwd`), then, where the name is bare, in `./pipelines/`. */
export const findPipeline = (name: string, cwd: string): Found => {
  const places = [resolve(cwd, name)]
  if (basename(name) === name) places.push(join(cwd, 'pipelines', name))
  const file = places.find(place => kindOf(place) === 'file')
  if (file !== undefined) return { file }
  const folder = places.find(place => kindOf(place) === 'folder')
  return { diagnostic: folder === undefined ? notFound(name, places, cwd) : isFolder(folder, cwd) }
}

const notFound = (name: string, places: readonly string[], cwd: string): Diagnostic => {
  const folders = new Set([...places.map(place => join(place, '..')), cwd, join(cwd, 'pipelines')])
  const files = [...folders].flatMap(folder => yamlFiles(folder).map(file => displayPath(join(folder, file), cwd)))
  const near = nearest(name, files) ?? files.find(file => nameOf(file) === nameOf(name)) ?? nearOf(name, files)
  const looked = places.map(place => `\`${displayPath(place, cwd)}\``).join(' and ')
  const hint = near === undefined ? listed(files, 'There are') : `Did you mean \`${near}\`?`
  return {
    severity: 'error',
    code: 'file-not-found',
    message: `There is no pipeline file \`${name}\`; looked for ${looked}.`,
    hint: hint ?? 'Name a YAML file with `stages`.',
  }
}

/** The file whose name, its folder left aside, is nearest. */
const nearOf = (name: string, files: readonly string[]): string | undefined => {
  const near = nearest(nameOf(name), files.map(nameOf))
  return files.find(file => nameOf(file) === near)
}

const isFolder = (folder: string, cwd: string): Diagnostic => {
  const files = yamlFiles(folder).map(file => displayPath(join(folder, file), cwd))
  return {
    severity: 'error',
    code: 'file-is-folder',
    message: `\`${displayPath(folder, cwd)}\` is a folder; a pipeline is a YAML file.`,
    hint: listed(files, 'In it are') ?? 'There is no YAML file in it.',
  }
}

const nameOf = (file: string): string => basename(file).replace(/\.ya?ml$/, '')

// What cannot even be looked at counts as a file: reading it says why.
const kindOf = (path: string): 'file' | 'folder' | undefined => {
  try {
    const stats = statSync(path, { throwIfNoEntry: false })
    return stats && (stats.isDirectory() ? 'folder' : 'file')
  } catch {
    return 'file'
  }
}

const yamlFiles = (folder: string): readonly string[] =>
  kindOf(folder) === 'folder'
    ? readdirSync(folder)
        .filter(name => /\.ya?ml$/.test(name) && kindOf(join(folder, name)) === 'file')
        .sort()
    : []
