import type { Static, TSchema } from 'typebox'

/** What can be written as JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * How one kind of result is written to a folder and read back. Payload files only: no absolute path, no clock and no
 * randomness may reach them, because equal results must have equal bytes (that is what stops a wave of re-runs).
 */
export interface ArtifactKind<T = unknown> {
  readonly kind: string
  readonly version: number
  /** JSON Schema of one record as `pipeline cat` prints it. */
  readonly schema: TSchema
  write(value: T, dir: string): Promise<void> | void
  read(dir: string): Promise<T> | T
  /** How many records a value has; kept with it, so that `plan` can say what a later stage will have to do. */
  count?(value: T): number
  /** The records that `pipeline cat` prints, one a line. */
  records?(value: T): Iterable<Json> | AsyncIterable<Json>
  /** One record for a person to read. */
  text?(record: Json): string
}

/** Identity that types an artifact kind. */
export const defineArtifact = <T>(kind: ArtifactKind<T>): ArtifactKind<T> => kind

export type ValueOf<K> = K extends ArtifactKind<infer T> ? T : never
export type { Static, TSchema }

/** An input that may be absent: its value is then `undefined`. */
export interface OptionalKind<T = unknown> {
  readonly optional: true
  readonly kind: ArtifactKind<T>
  /** It is connected only where `from` names it; nothing is matched to it by its kind. */
  readonly onlyNamed?: boolean
}

/**
 * Marks an input port that may be left unconnected. `onlyNamed` is for a second input of a kind that an earlier stage makes
 * for another purpose: `optional(Windows, { onlyNamed: true })`.
 */
export const optional = <T>(kind: ArtifactKind<T>, options: Pick<OptionalKind, 'onlyNamed'> = {}): OptionalKind<T> => ({
  optional: true,
  kind,
  ...options,
})
