import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonical, canonicalFields, canonicalObject, digestOf, digestOfText } from './canonical.ts'
import { type FileRecord, filesInKey, type KeyRecord } from './key.ts'

export interface PayloadFile {
  /** From the output's folder, with `/`. */
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

/** One output of a stage: a folder in the entry, named after the port. */
export interface StoredOutput {
  readonly kind: string
  readonly version: number
  readonly files: readonly PayloadFile[]
  /** Of kind, version and files: what the keys of later stages are made of. */
  readonly digest: string
  /** How many records it has, where its kind counts them. */
  readonly records?: number
}

/** What a stage said that is said again when its result is reused. */
export type Said =
  | { readonly say: 'warn'; readonly message: string }
  | { readonly say: 'result'; readonly name: string; readonly value: number | string }

export interface Manifest {
  readonly format: 1
  readonly record: KeyRecord
  /** Outside files that were read; with the record they make the key. */
  readonly files: readonly FileRecord[]
  readonly outputs: Readonly<Record<string, StoredOutput>>
  /** Outside files that were written: the result is reused only while they are there unchanged. */
  readonly wrote: readonly FileRecord[]
  readonly said: readonly Said[]
  /** When it was made (ISO 8601), how long that took, and the size of all payload files. */
  readonly created: string
  readonly ms: number
  readonly bytes: number
}

export const manifestName = 'manifest.json'

/** Digest of an output's content. */
export const outputDigest = (kind: string, version: number, files: readonly PayloadFile[]): string =>
  digestOf({ kind, version, files: files.map(file => ({ ...file })) })

/** A manifest as it is written: with a digest of itself, so that no damage to it goes unnoticed. */
export const manifestText = (manifest: Manifest): string =>
  `${JSON.stringify({ ...manifest, digest: selfDigest(manifest) }, undefined, 1)}\n`

/**
 * Reads the manifest of the entry in `dir`, which must be named after its key and lie in a folder named after its
 * static key. A string is what is wrong with it.
 */
export const readManifest = (dir: string, folder: string, name: string): Manifest | string => {
  let text: string
  try {
    text = readFileSync(join(dir, manifestName), 'utf8')
  } catch (error) {
    return `its ${manifestName} cannot be read (${(error as NodeJS.ErrnoException).code})`
  }
  try {
    const { digest, ...sealed } = JSON.parse(text)
    const manifest: Manifest = sealed
    const { record, ...others } = manifest
    // Three digests in which the record is: its text is made once, because a run with nothing to do does little else.
    const ofRecord = canonicalFields(record ?? {})
    const recordText = canonicalObject(ofRecord)
    if (digest !== digestOfText(canonicalObject([['record', recordText], ...canonicalFields(others)])))
      return `its ${manifestName} was changed`
    const fullText = canonicalObject([...ofRecord, ['files', canonical(filesInKey(manifest.files))]])
    if (manifest.format !== 1 || digestOfText(recordText) !== folder || digestOfText(fullText) !== name)
      return `its ${manifestName} belongs to another result`
    return manifest
  } catch {
    return `its ${manifestName} is not JSON`
  }
}

/** Through JSON, as it will be read: what JSON leaves out is not in the digest. */
const selfDigest = (manifest: Manifest): string => digestOf(JSON.parse(JSON.stringify(manifest)))
