import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { InstalledPackage } from './stage.ts'
import { stageError } from './stage-error.ts'

const here = fileURLToPath(import.meta.url)
const entries = ['squad', 'tensor', 'model', 'training', 'answering', 'page', 'testing']
let root: string | undefined

/** The folder of this package: that of the nearest `package.json` above this file. */
export const packageRoot = (): string => {
  let folder = root ?? dirname(here)
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  root = folder
  return folder
}

export const ownVersion = (): string =>
  String(JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')).version)

/** Whether this code runs from its sources (the tests do) and not from the build. */
export const fromSource = () => here.endsWith(join('src', 'plugin', 'package-root.ts'))

/** The files behind the package's public names: `sluice`, `sluice/squad` … */
export const publicEntries = (): Record<string, string> => {
  const file = (entry: string) =>
    fromSource()
      ? join(packageRoot(), 'src', entry === 'index' ? '' : entry, 'index.ts')
      : join(packageRoot(), 'dist', `${entry}.js`)
  return { sluice: file('index'), ...Object.fromEntries(entries.map(entry => [`sluice/${entry}`, file(entry)])) }
}

/** Version of a package as it is found from a folder, or `undefined` where it is not installed; and the file that says so. */
export const installedPackage = (name: string, from: string): { version: string; manifest: string } | undefined => {
  for (let folder = from; ; folder = dirname(folder)) {
    const manifest = join(folder, 'node_modules', name, 'package.json')
    if (existsSync(manifest)) return { version: versionIn(manifest), manifest }
    if (folder === dirname(folder)) return undefined
  }
}

const versionIn = (manifest: string): string => {
  try {
    return String(JSON.parse(readFileSync(manifest, 'utf8')).version)
  } catch (error) {
    throw stageError({
      code: 'unreadable-file',
      message: `it cannot be read: ${(error as Error).message}.`,
      file: manifest,
      hint: 'Wait until it is installed, or install it again.',
    })
  }
}

/** A package as it is found from a folder, else from ours; and the folder that it lies in. */
export const findPackage = (name: string, from: string): InstalledPackage | undefined => {
  const found = installedPackage(name, from) ?? installedPackage(name, packageRoot())
  return found && { version: found.version, folder: dirname(found.manifest) }
}

/** The package that a bare import names: `@scope/name/part` → `@scope/name`. */
export const packageOf = (specifier: string): string =>
  specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
