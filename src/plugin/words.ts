import { branchesOf, type Schema } from './json-schema.ts'

/** What a schema expects, in words: `an integer of at least 1`, `one of linear, constant, cosine`. */
export const expectedWords = (schema: Schema): string => {
  const choices = choicesOf(schema)
  if (choices) return choices.length === 1 ? String(choices[0]) : `one of ${choices.join(', ')}`
  if (schema['x-location'])
    return schema['x-location'] === 'input' ? 'a location (path or address)' : 'a location (path)'
  if (schema['x-sha256']) return 'a SHA-256 digest (64 hexadecimal digits)'
  const branches = branchesOf(schema)
  if (branches) return [...new Set(branches.map(expectedWords))].join(' or ')
  if (schema.allOf) return [...new Set(schema.allOf.map(expectedWords))].join(' and ')
  const types = schema.type === undefined ? [] : [schema.type].flat()
  return types.map(type => typeWords[type]?.(schema) ?? type).join(' or ') || 'another value'
}

/** The values that a schema takes where it lists them: constants, an enumeration, or a union of those. */
export const choicesOf = (schema: Schema): readonly string[] | undefined => {
  if ('const' in schema) return [choice(schema.const)]
  if (schema.enum) return schema.enum.map(choice)
  const branches = branchesOf(schema)?.map(choicesOf)
  return branches?.every(each => each !== undefined) ? branches.flat() : undefined
}

/** Texts stand for themselves unless YAML would read them as something else (`"1"`, `""`, `"true"`). */
const choice = (value: unknown): string =>
  typeof value === 'string' && /^[A-Za-z_./][^:#,]*$/.test(value) && !/^(true|false|null|yes|no|on|off)$/i.test(value)
    ? value
    : JSON.stringify(value)

const typeWords: Readonly<Record<string, (schema: Schema) => string>> = {
  array: schema => {
    const entries =
      schema.items && !Array.isArray(schema.items) ? `, each entry ${expectedWords(schema.items as Schema)}` : ''
    const count = Array.isArray(schema.items)
      ? ` of ${schema.items.length} entries`
      : counted(schema, 'entry', 'entries')
    return `a list${count}${entries}`
  },
  boolean: () => 'true or false',
  integer: schema => `an integer${limits(schema)}`,
  null: () => 'null',
  number: schema => `a number${limits(schema)}`,
  object: schema => {
    const keys = Object.keys(schema.properties ?? {})
    return keys.length > 0 ? `a map with the keys ${keys.join(', ')}` : 'a map'
  },
  string: schema => {
    if (schema.pattern !== undefined) return `a text that matches ${schema.pattern}`
    return schema.minLength === 1 ? 'a text that is not empty' : `a text${counted(schema, 'character', 'characters')}`
  },
}

const limits = (schema: Schema): string => {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  const range =
    minimum !== undefined && maximum !== undefined
      ? [`from ${minimum} to ${maximum}`]
      : [
          minimum !== undefined ? `of at least ${minimum}` : '',
          exclusiveMinimum !== undefined ? `above ${exclusiveMinimum}` : '',
          maximum !== undefined ? `of at most ${maximum}` : '',
          exclusiveMaximum !== undefined ? `below ${exclusiveMaximum}` : '',
        ].filter(Boolean)
  const parts = [...(multipleOf === undefined ? [] : [`that ${multipleOf} divides`]), range.join(' and ')]
  const words = parts.filter(Boolean).join(', ')
  return words ? ` ${words}` : ''
}

const counted = (schema: Schema, one: string, many: string): string => {
  const least = schema.minItems ?? schema.minLength
  const most = schema.maxItems ?? schema.maxLength
  const word = (count: number) => `${count} ${count === 1 ? one : many}`
  if (least !== undefined && most !== undefined) return ` of ${least} to ${word(most)}`
  if (least !== undefined) return ` of at least ${word(least)}`
  return most === undefined ? '' : ` of at most ${word(most)}`
}
