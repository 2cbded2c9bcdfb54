import { Type as T, type TSchema } from 'typebox'

/** Options of a field: those of its builder (`default`, `description` …) and ours. */
export interface FieldOptions {
  readonly description?: string
  readonly default?: unknown
  /** Values as they might be; the first stands in the example that `pipeline stages NAME` prints. */
  readonly examples?: readonly unknown[]
}

/**
 * A path, or the address of something that is fetched before the stage sees it. A path is resolved against the folder of the file it was written in (the current folder for `--set` and `${env.X}`).
 * `output: true` marks a place that the stage writes to: its path, not its content, is in the key. Two stages with one such
 * place must be ordered, unless it is `outOfKey`: a folder in which each makes one of its own.
 * `place: true` likewise marks one that it works in and that must be there, such as a command's folder.
 */
const Location = (options: FieldOptions & { readonly output?: boolean; readonly place?: boolean } = {}) => {
  const { output = false, place = false, ...rest } = options
  return T.String({ minLength: 1, 'x-location': output ? 'output' : place ? 'place' : 'input', ...rest })
}

/**
 * The SHA-256 digest of the file that the location named by `of`, a field of the same map, means. Another file there is a
 * mistake, found before the stage runs. It is not part of the key: the file's content is.
 */
const Sha256 = ({ of, ...rest }: FieldOptions & { readonly of: string }) =>
  T.String({ pattern: '^[0-9a-fA-F]{64}$', 'x-sha256': of, 'x-key': false, ...rest })

/**
 * Marks a field of any type as one that cannot change the result, and so stays out of the key: changing it makes no
 * stage run again. `logging_steps: outOfKey(Type.Integer({ minimum: 1, default: 50 }))`.
 */
export const outOfKey = <S extends TSchema>(field: S) => T.With(field, { 'x-key': false })

/** TypeBox's builders, `Location` and `Sha256`. Plain JSON Schema comes out. */
export const Type = { ...T, Location, Sha256 }
