import type { Json } from '../plugin/artifact.ts'
import { compare, digestOf } from './canonical.ts'

/**
 * What a stage's result depends on, but for the outside files that it reads. Two stages with equal records compute the
 * same thing, whatever they are called and whichever pipeline they stand in.
 */
export interface KeyRecord {
  /** Of this record: raised when its meaning changes, so that older keys are never taken for newer ones. */
  readonly format: 1
  /** The stage's name in its definition, so that two stages with like settings are told apart. */
  readonly stage: string
  /** The author raises it when the result changes and the code's digest cannot tell. */
  readonly version: number
  /** Digest of the stage's code with all that it imports. */
  readonly code: string
  /** The configuration that can change the result. Places of input files are null: what counts is what is in them. */
  readonly config: Readonly<Record<string, Json>>
  /**
   * What of the machine the result depends on, by the stage's own word: which engine computed, and its version. The same
   * configuration (`engine: auto`) can mean another one elsewhere. Absent where a stage has no such word.
   */
  readonly machine?: Readonly<Record<string, Json>>
  /** By input port: the digest of the content that comes in, so that an equal result stops the wave of re-runs. */
  readonly inputs: Readonly<Record<string, string>>
}

/**
 * An outside file that a stage read or wrote. It is named from the configured location that it belongs to, so that the
 * same files in another folder have the same key.
 */
export interface FileRecord {
  /** JSON pointer of that location in the stage's configuration; null where the file belongs to none. */
  readonly field: string | null
  /** From the location (empty: the location itself), with `/`; absolute where `field` is null. */
  readonly path: string
  /** SHA-256 of the content, hex; null where there is no such file. */
  readonly digest: string | null
}

/** The key that is known before the stage runs, and so before its outside files are. */
export const staticKey = (record: KeyRecord): string => digestOf({ ...record })

/** The key of a result: the record and the outside files that were read to make it. */
export const fullKey = (record: KeyRecord, files: readonly FileRecord[]): string =>
  digestOf({ ...record, files: filesInKey(files) })

/** The files as they are in a key. */
export const filesInKey = (files: readonly FileRecord[]): Json => sorted(files).map(file => ({ ...file }))

/** In the order of field and path. */
export const sorted = (files: readonly FileRecord[]): FileRecord[] =>
  files.toSorted((a, b) => compare(a.field ?? '', b.field ?? '') || compare(a.path, b.path))
