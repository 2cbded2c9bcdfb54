import { Type as T } from 'typebox'

/** Options that any field may carry: `default`, `description`, and ours. */
export interface FieldOptions {
  readonly description?: string
  readonly default?: unknown
  /** False for a field that cannot change the result, and so stays out of the key. */
  readonly key?: boolean
}

/**
 * A path: resolved against the folder of the file it was written in (the current folder for `--set` and `${env.X}`)
 * before the stage sees it. `output: true` marks a place that the stage writes to: its path, not its content, is in the key.
 */
const Location = (options: FieldOptions & { readonly output?: boolean } = {}) => {
  const { output = false, ...rest } = options
  return T.String({ minLength: 1, 'x-location': output ? 'output' : 'input', ...marked(rest) })
}

/** Turns `key: false` into the schema's annotation. */
export const marked = ({ key, ...rest }: FieldOptions): Record<string, unknown> =>
  key === false ? { ...rest, 'x-key': false } : rest

/** TypeBox's builders, and `Location`. Plain JSON Schema comes out. */
export const Type = { ...T, Location }
