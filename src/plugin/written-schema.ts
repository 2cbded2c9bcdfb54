import { mapSubschemas, type Schema } from './json-schema.ts'

/** A schema for a value as people write it: what has a default may be left out. */
export const asWritten = (schema: Schema): Schema => {
  const { required, ...rest } = mapSubschemas(schema, asWritten)
  const needed = required?.filter(key => rest.properties?.[key]?.default === undefined) ?? []
  return needed.length > 0 ? { ...rest, required: needed } : rest
}

/** A schema that takes a reference (`${vars.x}`) in place of any value inside it. */
export const withReferences = (schema: Schema): Schema =>
  mapSubschemas(schema, orReference, { branches: withReferences })

/** A value that contains a reference; what it stands for is known only when the pipeline is loaded. */
export const reference: Schema = { type: 'string', pattern: '\\$\\{[^{}]+\\}' }
const toReference: Schema = { $ref: '#/definitions/reference' }

const orReference = (schema: Schema): Schema => {
  const { title, description, default: preset, examples, ...rest } = withReferences(schema)
  // Any text is text already.
  if (isAnyText(rest)) return schema
  const branches = rest.anyOf && Object.keys(rest).length === 1 ? rest.anyOf : [rest]
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(preset !== undefined && { default: preset }),
    ...(examples !== undefined && { examples }),
    anyOf: [...branches, toReference],
  }
}

const isAnyText = (schema: Schema) =>
  schema.type === 'string' && !schema.enum && !('const' in schema) && schema.pattern === undefined
