import { createHash } from 'node:crypto'
import type { Json } from '../plugin/artifact.ts'

/**
 * JSON in one spelling: keys sorted by code unit, no spaces, numbers as JavaScript prints them (5e-5, 0.00005 and
 * 5.0e-5 are one number; so are 0 and -0).
 *
 * @throws TypeError for what JSON does not have: `undefined`, NaN, infinities.
 */
export const canonical = (value: Json): string => {
  if (typeof value === 'string') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object' && value !== null) return canonicalRecord(value as Readonly<Record<string, Json>>)
  if (value === undefined || (typeof value === 'number' && !Number.isFinite(value)))
    throw new TypeError(`${value} has no place in a key`)
  return JSON.stringify(value)
}

// A run with nothing to do does little else than this: no pairs and no lists of texts are made on the way. (Without a function of its
// own, `sort` goes by code unit.)
const canonicalRecord = (value: Readonly<Record<string, Json>>): string => {
  let text = ''
  for (const name of Object.keys(value).sort())
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonical(value[name]!)}`
  return `{${text}}`
}

/** The canonical JSON of each of an object's values. */
export const canonicalFields = (value: object): [name: string, canonical: string][] =>
  Object.entries(value).map(([name, each]) => [name, canonical(each)])

/** The canonical JSON of an object, from that of its values: for who needs some of them in another object too. */
export const canonicalObject = (fields: readonly (readonly [name: string, canonical: string])[]): string =>
  `{${fields
    .toSorted(([a], [b]) => compare(a, b))
    .map(([name, each]) => `${JSON.stringify(name)}:${each}`)
    .join(',')}}`

/** The order of two texts by code unit, which no locale changes. */
export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** SHA-256 of a value's canonical JSON, in hex. */
export const digestOf = (value: Json): string => digestOfText(canonical(value))

/** SHA-256 of a text, in hex. */
export const digestOfText = (text: string): string => createHash('sha256').update(text).digest('hex')
