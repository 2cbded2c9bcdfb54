// What this room reads of a JSON Schema: the keywords that TypeBox writes, and our annotations.

export interface Schema {
  readonly $id?: string
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly title?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly unevaluatedProperties?: boolean | Schema
  readonly items?: Schema | readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly minItems?: number
  readonly maxItems?: number
  readonly 'x-location'?: 'input' | 'output' | 'place'
  readonly 'x-key'?: boolean
  readonly 'x-sha256'?: string
}

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The branches of a union, or undefined where the schema is none. */
export const branchesOf = (schema: Schema): readonly Schema[] | undefined => schema.anyOf ?? schema.oneOf

/** True for a number in JSON's sense: NaN and the infinities are none. */
const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value)

const typeTests: Readonly<Record<string, (value: unknown) => boolean>> = {
  array: Array.isArray,
  boolean: value => typeof value === 'boolean',
  integer: Number.isInteger,
  null: value => value === null,
  number: isNumber,
  object: isMap,
  string: value => typeof value === 'string',
}

/** Whether a value has a schema's shape: enough to tell the branches of a union apart, not a validation. */
export const fits = (schema: Schema, value: unknown): boolean => {
  const types = schema.type === undefined ? [] : [schema.type].flat()
  if (types.length > 0 && !types.some(type => typeTests[type]?.(value) ?? true)) return false
  if ('const' in schema && schema.const !== value) return false
  if (schema.enum && !schema.enum.includes(value)) return false
  if (schema.allOf && !schema.allOf.every(part => fits(part, value))) return false
  const branches = branchesOf(schema)
  if (branches && !branches.some(branch => fits(branch, value))) return false
  if (typeof value === 'string') return new RegExp(schema.pattern ?? '', 'u').test(value)
  if (typeof value === 'number') return inLimits(schema, value)
  if (Array.isArray(value)) return value.every((item, index) => fits(itemSchema(schema, index) ?? {}, item))
  if (!isMap(value)) return true
  if (schema.required?.some(key => !(key in value))) return false
  return Object.entries(value).every(([key, item]) => {
    const property = propertySchema(schema, key)
    return property ? fits(property, item) : !schema.properties || schema.additionalProperties !== false
  })
}

const inLimits = (schema: Schema, value: number): boolean =>
  value >= (schema.minimum ?? -Infinity) &&
  value <= (schema.maximum ?? Infinity) &&
  value > (schema.exclusiveMinimum ?? -Infinity) &&
  value < (schema.exclusiveMaximum ?? Infinity)

/** The schemas that govern a value: the schema, the parts of an intersection, and the union's branch that the value takes. */
export const governing = (schema: Schema, value: unknown): readonly Schema[] => {
  const fitting = branchesOf(schema)?.filter(branch => fits(branch, value)) ?? []
  // A constant is meant as itself, whatever else the union takes: `anyOf: [location, 'none']`.
  const branch = fitting.find(each => 'const' in each || each.enum) ?? fitting[0]
  const parts = [...(schema.allOf ?? []), ...(branch ? [branch] : [])]
  return [schema, ...parts.flatMap(part => governing(part, value))]
}

/** The schema of a map's entry under this key. */
export const propertySchema = (schema: Schema, key: string): Schema | undefined => {
  if (schema.properties && Object.hasOwn(schema.properties, key)) return schema.properties[key]
  for (const [pattern, property] of Object.entries(schema.patternProperties ?? {}))
    if (new RegExp(pattern, 'u').test(key)) return property
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined
}

/** The schema of a list's entry at this index. */
export const itemSchema = (schema: Schema, index: number): Schema | undefined =>
  schema.items && isList(schema.items) ? schema.items[index] : schema.items

type Map = (schema: Schema) => Schema

/**
 * A copy of a schema with its parts mapped: those of what a value contains by `map`, those that describe the same value
 * (the branches of a union, the parts of an intersection) by `branches`.
 */
export const mapSubschemas = (
  schema: Schema,
  map: Map,
  { branches = map }: { readonly branches?: Map } = {},
): Schema => {
  const { properties, patternProperties, additionalProperties, items, anyOf, oneOf, allOf, ...rest } = schema
  return {
    ...rest,
    ...(properties && { properties: mapValues(properties, map) }),
    ...(patternProperties && { patternProperties: mapValues(patternProperties, map) }),
    ...(additionalProperties !== undefined && {
      additionalProperties: typeof additionalProperties === 'object' ? map(additionalProperties) : additionalProperties,
    }),
    ...(items && { items: isList(items) ? items.map(map) : map(items) }),
    ...(anyOf && { anyOf: anyOf.map(branches) }),
    ...(oneOf && { oneOf: oneOf.map(branches) }),
    ...(allOf && { allOf: allOf.map(branches) }),
  }
}

const isList = (items: Schema | readonly Schema[]): items is readonly Schema[] => Array.isArray(items)

const mapValues = <V, W>(record: Readonly<Record<string, V>>, map: (value: V) => W): Record<string, W> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
