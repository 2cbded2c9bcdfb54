import { stringify } from 'yaml'
import type { Schema } from '../plugin/json-schema.ts'
import type { AnyStage } from '../plugin/stage.ts'
import { choicesOf } from '../plugin/words.ts'

/**
 * The lines that put a stage into a pipeline, below `stages:`, with a value for every parameter that must be given. `uses` is
 * how a pipeline names the stage.
 */
export const stageEntry = (uses: string, { name, config }: AnyStage): string[] => {
  const { properties = {}, required = [] }: Schema = config
  const needed = required.filter(field => properties[field]?.default === undefined)
  const parameters = Object.fromEntries(needed.map(field => [field, exampleOf(field, properties[field] ?? {})]))
  const body = { ...(uses !== name && { uses }), ...(needed.length > 0 && { with: parameters }) }
  if (Object.keys(body).length === 0) return [`${name}: {}`]
  const flow = stringify(body, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd()
  return [`${name}: ${flow}`]
}

/** A value that a field takes: what its author gives as one, else one made up. */
const exampleOf = (field: string, schema: Schema): unknown => {
  const [example] = schema.examples ?? []
  if (example !== undefined) return example
  if (schema['x-location']) return `./${field}`
  if (schema['x-sha256']) return '0'.repeat(64)
  const choices = choicesOf(schema)
  if (choices) return schema.const ?? schema.enum?.[0] ?? choices[0]
  const [type] = [schema.type ?? 'object'].flat()
  return madeUp[type ?? '']?.(schema) ?? null
}

const madeUp: Readonly<Record<string, (schema: Schema) => unknown>> = {
  array: () => [],
  boolean: () => true,
  integer: ({ minimum, exclusiveMinimum }) => minimum ?? (exclusiveMinimum === undefined ? 1 : exclusiveMinimum + 1),
  number: ({ minimum, exclusiveMinimum }) => minimum ?? (exclusiveMinimum === undefined ? 1 : exclusiveMinimum + 1),
  object: () => ({}),
  string: () => 'text',
}
