import { Ajv2019 } from 'ajv/dist/2019.js'
import standalone from 'ajv/dist/standalone/index.js'
import { ajvOptions } from './ajv-options.ts'
import type { TSchema } from './artifact.ts'
import { closed } from './closed.ts'
import { schemaDigest } from './precompiled.ts'

/** A module that exports a validator for each schema, by its digest. They only tell right from wrong. */
export const compileValidators = (schemas: readonly TSchema[]): string => {
  const ajv = new Ajv2019({ ...ajvOptions, messages: false, code: { source: true, esm: true, optimize: true } })
  const names: Record<string, string> = {}
  for (const schema of schemas) {
    const name = schemaDigest(schema)
    ajv.addSchema(closed(schema), name)
    // A name of an export cannot begin with a digit.
    names[`_${name}`] = name
  }
  return standalone.default(ajv, names)
}
