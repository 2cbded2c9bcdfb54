import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { TSchema } from './artifact.ts'
import { closed } from './closed.ts'
import { fromSource, packageRoot } from './package-root.ts'

/** Fills in defaults, and says whether a value is as its schema has it. */
export type Check = (value: unknown) => boolean

/** Digest of what a schema allows, a name for its validator. */
export const schemaDigest = (schema: TSchema): string =>
  createHash('sha256')
    .update(JSON.stringify(closed(schema)))
    .digest('hex')

let loading: Promise<Readonly<Record<string, Check>>> | undefined
/** A pipeline may have hundreds of stages with one schema. */
const digests = new WeakMap<TSchema, string>()

/**
 * The validator that the build has compiled for a schema (those of the built-in stages' configurations), if it has. To
 * load ajv and have it compile takes longer than all the rest of a run with nothing to do.
 */
export const precompiled = async (schema: TSchema): Promise<Check | undefined> => {
  loading ??= load()
  const digest = digests.get(schema) ?? schemaDigest(schema)
  digests.set(schema, digest)
  return (await loading)[`_${digest}`]
}

const load = async () => {
  const file = join(packageRoot(), 'dist', 'validators.js')
  return fromSource() || !existsSync(file) ? {} : import(pathToFileURL(file).href)
}
