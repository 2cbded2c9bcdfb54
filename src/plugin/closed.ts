import { mapSubschemas, type Schema } from './json-schema.ts'

/**
 * A copy of a schema that refuses unknown keys wherever its author did not say otherwise. `$id` goes, so that one
 * validator can hold copies of a schema.
 */
export const closed = (schema: Schema): Schema => close(schema, true)

/** `seal` is false for a part of a whole: each part of an intersection must let the others' keys pass. */
const close = (schema: Schema, seal: boolean): Schema => {
  const whole = schema.allOf !== undefined || schema.properties !== undefined
  const { $id, ...rest } = mapSubschemas(schema, closed, { branches: part => close(part, seal && !whole) })
  return seal && whole && !saysItself(schema) ? { ...rest, ...refusal(schema) } : rest
}

const saysItself = (schema: Schema) =>
  ['additionalProperties', 'unevaluatedProperties', 'patternProperties'].some(keyword => keyword in schema)

const refusal = (schema: Schema): Schema =>
  schema.allOf || schema.anyOf || schema.oneOf ? { unevaluatedProperties: false } : { additionalProperties: false }
