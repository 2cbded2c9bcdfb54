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
