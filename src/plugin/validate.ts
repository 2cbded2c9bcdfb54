import type { ErrorObject, ValidateFunction } from 'ajv'
import { describe } from '../diagnostic/describe.ts'
import { ajvOptions } from './ajv-options.ts'
import type { Json, TSchema } from './artifact.ts'
import { closed } from './closed.ts'
import { governing, type Schema } from './json-schema.ts'
import { toPointer } from './pointer.ts'
import { precompiled } from './precompiled.ts'
import { valueHint } from './value-hint.ts'
import { expectedWords } from './words.ts'

/** One thing that is wrong with a value, at one place. */
export type Mistake =
  | {
      readonly kind: 'value'
      readonly pointer: string
      readonly value: unknown
      /** In words: `an integer of at least 1`. */
      readonly expected: string
      /** In words: `the string "12"`. */
      readonly found: string
      readonly hint?: string
    }
  | { readonly kind: 'missing'; readonly pointer: string; readonly expected: string }
  | {
      readonly kind: 'unknown'
      readonly pointer: string
      readonly key: string
      /** The keys that may stand there. */
      readonly keys: readonly string[]
    }

export type Validation =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }

/**
 * Checks a value against a schema. Nothing is coerced; defaults are filled in (in a copy); keys that the schema does
 * not name are refused unless it says otherwise; NaN and infinities are no numbers. All mistakes come at once, one for
 * each place.
 *
 * @throws where the schema itself is none.
 */
export const validate = async (schema: TSchema, value: unknown): Promise<Validation> => {
  const whole = structuredClone(value)
  if ((await precompiled(schema))?.(whole)) return { ok: true, value: whole as Json }
  const check = await compiled(schema)
  const copy = structuredClone(value)
  if (check(copy)) return { ok: true, value: copy as Json }
  const mistakes = new Map<string, Mistake>()
  for (const error of settled(check.errors ?? [])) {
    const mistake = toMistake(error)
    if (!mistakes.has(mistake.pointer)) mistakes.set(mistake.pointer, mistake)
  }
  return { ok: false, mistakes: [...mistakes.values()] }
}

type SchemaError = ErrorObject & { parentSchema?: Schema }
const compiledSchemas = new WeakMap<TSchema, Promise<ValidateFunction>>()

const compiled = (schema: TSchema): Promise<ValidateFunction> => {
  const known = compiledSchemas.get(schema)
  if (known) return known
  const compiling = validator().then(ajv => ajv.compile(closed(schema)))
  compiledSchemas.set(schema, compiling)
  return compiling
}

let loading: ReturnType<typeof load> | undefined
const validator = () => (loading ??= load())

const load = async () => {
  // By way of `default`: a bundled CommonJS module that is imported dynamically has no named exports.
  const {
    default: { Ajv2019 },
  } = await import('ajv/dist/2019.js')
  // `verbose` hands each error the schema and value it is about.
  return new Ajv2019({ ...ajvOptions, allErrors: true, verbose: true })
}

/**
 * One error where a union reports those of all its branches: that of the union, or those of the one branch that was
 * meant, because the value has its shape.
 */
const settled = (errors: readonly SchemaError[]): readonly SchemaError[] => {
  const unions = errors.filter(error => error.keyword === 'anyOf' || error.keyword === 'oneOf')
  const union = unions.find(each => !unions.some(outer => outer !== each && within(each, outer)))
  if (!union) return errors
  const inner = errors.filter(error => error !== union && within(error, union))
  const others = errors.filter(error => error !== union && !within(error, union))
  const branches = new Map<string, SchemaError[]>()
  for (const error of inner) {
    const branch = error.schemaPath.slice(union.schemaPath.length + 1).split('/')[0] ?? ''
    branches.set(branch, [...(branches.get(branch) ?? []), error])
  }
  const meant = [...branches.values()].filter(branch => !branch.some(error => tellsApart(error, union)))
  return [...settled(others), ...(meant.length === 1 ? settled(meant.flat()) : [union])]
}

const within = (error: SchemaError, union: SchemaError) =>
  error.schemaPath.startsWith(`${union.schemaPath}/`) && `${error.instancePath}/`.startsWith(`${union.instancePath}/`)

/** Whether an error says that a branch was not meant: it is about the value itself, or a constant told another branch. */
const tellsApart = (error: SchemaError, union: SchemaError) =>
  error.keyword === 'const' || (error.instancePath === union.instancePath && !(error.keyword in aboutKeys))

/** The keywords whose errors are about a key of the value, and the parameter that holds the key. */
const aboutKeys: Readonly<Record<string, string>> = {
  required: 'missingProperty',
  additionalProperties: 'additionalProperty',
  unevaluatedProperties: 'unevaluatedProperty',
}

const toMistake = (error: SchemaError): Mistake => {
  const schema: Schema = error.parentSchema ?? {}
  const key = String(error.params[aboutKeys[error.keyword] ?? ''])
  const pointer = error.instancePath + (error.keyword in aboutKeys ? toPointer([key]) : '')
  const keys = () => governing(schema, error.data).flatMap(each => Object.keys(each.properties ?? {}))
  if (error.keyword === 'required')
    return { kind: 'missing', pointer, expected: expectedWords(schema.properties?.[key] ?? {}) }
  if (error.keyword in aboutKeys) return { kind: 'unknown', pointer, key, keys: keys() }
  const hint = valueHint(schema, error.data)
  return {
    kind: 'value',
    pointer,
    value: error.data,
    expected: expectedWords(schema),
    found: describe(error.data),
    ...(hint === undefined ? {} : { hint }),
  }
}
