import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeDigest } from './code-digest.ts'
import { installedPackage, packageRoot } from './package-root.ts'

/** `dist/code-digests.json`: for each built-in stage the digest of its bundle and the packages it uses. */
export type BuiltDigests = Readonly<Record<string, { readonly bundle: string; readonly packages: readonly string[] }>>

let built: BuiltDigests | undefined

/** The version of a package that we use, as it is installed. */
export type VersionOf = (name: string) => string | undefined

const installedVersion: VersionOf = name => installedPackage(name, packageRoot())?.version

/** Digest of the code of a built-in stage: that of the build, with the versions of the packages as they are installed here. */
export const builtinDigest = (name: string, versionOf = installedVersion): string => {
  built ??= readBuilt()
  const entry = built[name]
  if (!entry) throw new Error(`dist/code-digests.json knows no stage ${name}; npm run build makes it anew`)
  const versions = entry.packages.map(each => [each, versionOf(each) ?? 'not installed'])
  return codeDigest(entry.bundle, Object.fromEntries(versions))
}

const readBuilt = (): BuiltDigests => {
  const file = join(packageRoot(), 'dist', 'code-digests.json')
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw new Error(`${file} cannot be read; npm run build makes it`)
  }
}
