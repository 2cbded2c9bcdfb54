import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export interface InstalledPackage {
  readonly version: string
  readonly folder: string
}

/** How this room looks at a machine: a stage's `probe` is one. */
export interface Look {
  text(path: string): string | undefined
  kind(path: string): 'file' | 'folder' | 'other' | 'absent'
  /** Names in a folder; empty where there is none. */
  list(path: string): readonly string[]
  /** A package as it is found where the pipeline lies, else where we do. */
  package(name: string): InstalledPackage | undefined
  /** A package as it is found where we lie: that is the copy which we import. */
  ourPackage(name: string): InstalledPackage | undefined
  /** A variable of the environment. */
  env(name: string): string | undefined
}

/** A look at the file system; packages are searched for from this folder first, then from here. */
export const lookFrom = (folder?: string): Look => ({
  text: path => quietly(() => readFileSync(path, 'utf8')),
  kind: path =>
    quietly(() => {
      const stat = statSync(path)
      return stat.isFile() ? ('file' as const) : stat.isDirectory() ? ('folder' as const) : ('other' as const)
    }) ?? 'absent',
  list: path => quietly(() => readdirSync(path)) ?? [],
  package: name =>
    (folder === undefined ? undefined : installed(name, join(folder, 'package.json'))) ?? ourPackage(name),
  ourPackage,
  env: name => process.env[name],
})

const ourPackage = (name: string): InstalledPackage | undefined => installed(name, import.meta.url)

const installed = (name: string, from: string): InstalledPackage | undefined =>
  quietly(() => {
    const manifest = createRequire(from).resolve(`${name}/package.json`)
    return { version: String(JSON.parse(readFileSync(manifest, 'utf8')).version), folder: dirname(manifest) }
  })

/** The same look; what it refuses to look at (a folder without the right to, a file too large) counts as absent. */
export const forgiving = (look: Look): Look => ({
  text: path => quietly(() => look.text(path)),
  kind: path => quietly(() => look.kind(path)) ?? 'absent',
  list: path => quietly(() => look.list(path)) ?? [],
  package: look.package,
  ourPackage: look.ourPackage,
  env: look.env,
})

const quietly = <T>(ask: () => T): T | undefined => {
  try {
    return ask()
  } catch {
    return undefined
  }
}
