import { nearest } from '../diagnostic/nearest.ts'
import { fits, type Schema } from './json-schema.ts'
import { choicesOf } from './words.ts'

/** What to write instead of a value that is nearly right, where that is clear. */
export const valueHint = (schema: Schema, value: unknown): string | undefined => {
  const meant = meantValue(value)
  if (meant !== undefined && fits(schema, meant))
    return typeof meant === 'number' ? `A number is written without quotation marks: ${value}.` : `Write ${meant}.`
  const plain =
    typeof value === 'string' && /^[-+]?\d+(_\d+)+$/.test(value) ? Number(value.replaceAll('_', '')) : undefined
  if (plain !== undefined && fits(schema, plain)) return `YAML 1.2 has no \`_\` in numbers: write ${plain}.`
  const near = typeof value === 'string' ? nearest(value, choicesOf(schema) ?? []) : undefined
  if (near !== undefined) return `Did you mean \`${near}\`?`
  if (value !== null || schema.default === undefined) return undefined
  return `Leave it out to take the default, ${JSON.stringify(schema.default)}.`
}

/** The value that somebody may have meant who wrote this one. */
const meantValue = (value: unknown): number | boolean | undefined => {
  if (value === 0 || value === 1) return value === 1
  if (typeof value !== 'string') return undefined
  const word = switchWords[value.trim().toLowerCase()]
  if (word !== undefined) return word
  const number = Number(value)
  return value.trim() !== '' && Number.isFinite(number) ? number : undefined
}

const switchWords: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
}
