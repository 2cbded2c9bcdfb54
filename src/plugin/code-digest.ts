import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { bundleCode } from './bundle-code.ts'
import { installedPackage, packageRoot } from './package-root.ts'

/** SHA-256 (hex) of a bundle's digest and the versions of the packages it uses. */
export const codeDigest = (bundle: string, versions: Readonly<Record<string, string>>): string =>
  sha256(
    [
      bundle,
      ...Object.keys(versions)
        .sort()
        .map(name => `${name}@${versions[name]}`),
    ].join('\n'),
  )

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What is remembered of a digest: it holds while each of the files has the same stamp. */
export interface RememberedDigest {
  readonly digest: string
  /** Absolute path → stamp. */
  readonly files: Readonly<Record<string, string>>
}

/** Where digests of local stages are remembered, by the stage's file. */
export interface DigestMemo {
  get(file: string): RememberedDigest | undefined
  set(file: string, digest: RememberedDigest): void
}

/** A file counts as left alone when it was for this long: one changed twice within a tick of the clock looks unchanged. */
const settledMs = 2000

/** The package that a stage comes from. */
export interface Owner {
  readonly name: string
  readonly version: string
  readonly manifest: string
}

/**
 * The code of a stage in a file of the user's, or of a package: from the memo where nothing changed, so that esbuild stays
 * unloaded. The version of a package is part of it, because its code may read other files that lie beside it. Whoever loads the file afterwards has loaded this code if it `isCurrent` still.
 */
export const localCode = async (file: string, memo?: DigestMemo, owner?: Owner): Promise<RememberedDigest> => {
  const known = memo?.get(file)
  if (known && isCurrent(known)) return known
  for (let attempt = 0, before: RememberedDigest | undefined; attempt < 5; attempt++) {
    const begun = Date.now()
    const { lastChange, ...code } = await bundled(file, owner)
    const settled = begun - lastChange > settledMs
    if (settled) memo?.set(file, code)
    // Stamps are taken after the bundling: they are those of what was bundled if they are older, or were the same before.
    if (settled || (before && isEqual(before.files, code.files))) return code
    before = code
  }
  throw new Error(`${file} or what it imports changes while it is read`)
}

/** Whether the files of a code are still as they were. */
export const isCurrent = ({ files }: RememberedDigest): boolean =>
  Object.entries(files).every(([path, stamp]) => stampOf(path).stamp === stamp)

const isEqual = (one: RememberedDigest['files'], other: RememberedDigest['files']): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

const bundled = async (file: string, owner?: Owner): Promise<RememberedDigest & { readonly lastChange: number }> => {
  const bundle = await bundleCode(file)
  const versions: Record<string, string> = {}
  const files = new Set(bundle.files)
  if (owner) {
    versions[owner.name] = owner.version
    files.add(owner.manifest)
  }
  for (const [name, from] of Object.entries(bundle.packages)) {
    const found = name === 'sluice' ? ourselves() : installedPackage(name, from)
    versions[name] = found?.version ?? 'not installed'
    if (found) files.add(found.manifest)
  }
  const stamps = [...files].sort().map(path => ({ path, ...stampOf(path) }))
  return {
    digest: codeDigest(sha256(bundle.text), versions),
    files: Object.fromEntries(stamps.map(({ path, stamp }) => [path, stamp])),
    lastChange: Math.max(...stamps.map(({ changed }) => changed)),
  }
}

/** The identity of a file's content as far as the file system tells it without reading, and when it changed (ms). */
const stampOf = (path: string): { readonly stamp: string; readonly changed: number } => {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  if (!stat) return { stamp: 'absent', changed: 0 }
  const { size, mtimeNs, ctimeNs, ino, mtimeMs, ctimeMs } = stat
  return { stamp: [size, mtimeNs, ctimeNs, ino].join(':'), changed: Math.max(Number(mtimeMs), Number(ctimeMs)) }
}

const ourselves = () => {
  const manifest = join(packageRoot(), 'package.json')
  return { version: String(JSON.parse(readFileSync(manifest, 'utf8')).version), manifest }
}
