import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import type { Plugin } from 'esbuild'
import { installedPackage, packageOf, packageRoot } from './package-root.ts'

/** A stage's own code, minified with its local imports, and the packages that it imports. */
export interface CodeBundle {
  readonly text: string
  /** Absolute paths of the bundled files. */
  readonly files: readonly string[]
  /** Package → the folder of a file that imports it. */
  readonly packages: Readonly<Record<string, string>>
}

export interface BundleOptions {
  /** Import names to bundle although they look like packages, with the files they mean. */
  readonly alias?: Readonly<Record<string, string>>
  readonly plugins?: readonly Plugin[]
}

/**
 * Bundles a file with everything that it imports by path. Minified, so that comments, formatting and types make no
 * difference. Packages stay outside. Code that is only named, such as a worker's file, is not followed.
 */
export const bundleCode = async (
  file: string,
  { alias = {}, plugins = [] }: BundleOptions = {},
): Promise<CodeBundle> => {
  const { build } = await import('esbuild')
  const folder = dirname(file)
  const { outputFiles, metafile } = await build({
    entryPoints: [file],
    absWorkingDir: folder,
    bundle: true,
    minifySyntax: true,
    minifyWhitespace: true,
    // Short names are chosen by how often letters occur in the source, its types included: names stay.
    minifyIdentifiers: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    legalComments: 'none',
    // Whatever tsconfig.json lies about must not change the digest.
    tsconfigRaw: '{}',
    alias: { ...alias },
    plugins: [...plugins],
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const kept = new Set(Object.values(metafile.outputs).flatMap(output => output.imports.map(each => each.path)))
  const packages: Record<string, string> = {}
  for (const [importer, { imports }] of Object.entries(metafile.inputs))
    for (const { path, external } of imports)
      if (external && kept.has(path) && !isBuiltin(path))
        packages[packageOf(path)] ??= dirname(resolve(folder, importer))
  return {
    text: outputFiles[0]?.text ?? '',
    files: Object.keys(metafile.inputs).map(input => resolve(folder, input)),
    packages,
  }
}

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

/** Digest of the code of a stage in a file of the user's: from the memo where nothing changed, so that esbuild stays unloaded. */
export const localDigest = async (file: string, memo?: DigestMemo): Promise<string> => {
  const known = memo?.get(file)
  if (known && Object.entries(known.files).every(([path, stamp]) => stampOf(path) === stamp)) return known.digest
  const bundle = await bundleCode(file)
  const versions: Record<string, string> = {}
  const files = new Set(bundle.files)
  for (const [name, from] of Object.entries(bundle.packages)) {
    const found = name === 'sluice' ? ourselves() : installedPackage(name, from)
    versions[name] = found?.version ?? 'not installed'
    if (found) files.add(found.manifest)
  }
  const digest = codeDigest(sha256(bundle.text), versions)
  memo?.set(file, { digest, files: Object.fromEntries([...files].sort().map(path => [path, stampOf(path)])) })
  return digest
}

/** The identity of a file's content as far as the file system tells it without reading. */
const stampOf = (path: string): string => {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat ? [stat.size, stat.mtimeNs, stat.ctimeNs, stat.ino].join(':') : 'absent'
}

const ourselves = () => {
  const manifest = join(packageRoot(), 'package.json')
  return { version: String(JSON.parse(readFileSync(manifest, 'utf8')).version), manifest }
}

/** `dist/code-digests.json`: for each built-in stage the digest of its bundle and the packages it uses. */
export type BuiltDigests = Readonly<Record<string, { readonly bundle: string; readonly packages: readonly string[] }>>

let built: BuiltDigests | undefined

/** Digest of the code of a built-in stage: that of the build, with the versions of the packages as they are installed here. */
export const builtinDigest = (name: string): string => {
  built ??= readBuilt()
  const entry = built[name]
  if (!entry) throw new Error(`dist/code-digests.json knows no stage ${name}; npm run build makes it anew`)
  const version = (each: string) => installedPackage(each, packageRoot())?.version ?? 'not installed'
  return codeDigest(entry.bundle, Object.fromEntries(entry.packages.map(each => [each, version(each)])))
}

const readBuilt = (): BuiltDigests => {
  const file = join(packageRoot(), 'dist', 'code-digests.json')
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw new Error(`${file} cannot be read; npm run build makes it`)
  }
}
