import type { Json, TSchema } from './artifact.ts'
import { governing, isMap, itemSchema, propertySchema, type Schema } from './json-schema.ts'
import { toPointer } from './pointer.ts'

/** A field that holds a location, by its JSON pointer in the configuration. */
export interface FoundLocation {
  readonly pointer: string
  readonly value: string
  readonly output: boolean
  /** Whether what counts is its content: an address may stand for it. */
  readonly input: boolean
}

/** A field that holds the digest of the file that a location means. */
export interface FoundPin {
  readonly pointer: string
  /** The pointer of the location. */
  readonly of: string
  readonly sha256: string
}

/** The location fields that a valid configuration fills in, those in lists, nested maps and unions too. */
export const locationFields = (schema: TSchema, config: Json): FoundLocation[] => {
  const found: FoundLocation[] = []
  mapLocations(schema, config, location => {
    found.push(location)
    return location.value
  })
  return found
}

/** A copy of a valid configuration in which every location is what `replace` makes of it. */
export const mapLocations = (schema: TSchema, config: Json, replace: (location: FoundLocation) => string): Json => {
  const mapped = rebuild(governing(schema, config), config, [], (value, schemas, path) => {
    const kind = locationKind(schemas, value)
    if (!kind) return descend
    const is = { output: kind === 'output', input: kind === 'input' }
    return replace({ pointer: toPointer(path), value: String(value), ...is })
  })
  return mapped ?? {}
}

/** The digests that a valid configuration gives of its files. */
export const pinFields = (schema: TSchema, config: Json): FoundPin[] => {
  const found: FoundPin[] = []
  rebuild(governing(schema, config), config, [], (value, schemas, path) => {
    const of = schemas.find(each => each['x-sha256'])?.['x-sha256']
    if (of === undefined || typeof value !== 'string') return descend
    found.push({ pointer: toPointer(path), of: toPointer([...path.slice(0, -1), of]), sha256: value.toLowerCase() })
    return value
  })
  return found
}

/**
 * A valid configuration as it enters the key: fields out of the key are left out, and input locations become null,
 * because their content enters the key instead. Of other locations the path enters, as `spell` writes it.
 */
export const keyConfig = (schema: TSchema, config: Json, spell: (path: string) => string = path => path): Json => {
  const keyed = rebuild(governing(schema, config), config, [], (value, schemas) => {
    if (schemas.some(each => each['x-key'] === false)) return leaveOut
    const kind = locationKind(schemas, value)
    if (!kind) return descend
    return kind === 'input' ? null : spell(String(value))
  })
  return keyed ?? {}
}

const locationKind = (schemas: readonly Schema[], value: Json) =>
  typeof value === 'string' ? schemas.find(each => each['x-location'])?.['x-location'] : undefined

const descend = Symbol('descend')
const leaveOut = Symbol('leave out')
type Path = readonly (string | number)[]
type Visit = (value: Json, schemas: readonly Schema[], path: Path) => Json | typeof descend | typeof leaveOut

/** Walks a value beside the schemas that govern it, parents first, and makes it anew from what `visit` says. */
const rebuild = (schemas: readonly Schema[], value: Json, path: Path, visit: Visit): Json | undefined => {
  const result = visit(value, schemas, path)
  if (result === leaveOut) return undefined
  if (result !== descend) return result
  const child = (item: Json, segment: string | number): Json | undefined => {
    const own = schemas.map(each =>
      typeof segment === 'number' ? itemSchema(each, segment) : propertySchema(each, segment),
    )
    const under = own.flatMap(each => (each ? governing(each, item) : []))
    return rebuild(under, item, [...path, segment], visit)
  }
  if (Array.isArray(value)) return value.map(child).filter(item => item !== undefined)
  if (!isMap(value)) return value
  const entries = Object.entries(value).map(([key, item]) => [key, child(item as Json, key)] as const)
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined))
}
