import { isUtf8 } from 'node:buffer'
import { jsonMistake } from '../squad/json-mistake.ts'
import type { Question } from './answering.types.ts'
import { type Line, LONGEST } from './read-lines.ts'

/** A line that asks something, or what is wrong with it. `id` is the question's, if one could be read. */
export type Asked = { readonly line: number; readonly id?: string | number } & (
  | { readonly question: Question }
  | { readonly mistake: string; readonly column: number }
)

/** Reads a line of JSON Lines, `{"question": …, "context": …}`, `id` too if there is one; nothing of a blank line. */
export function parseQuestion({ number, bytes }: Line): Asked | undefined {
  const wrong = (mistake: string, column = 1) => ({ line: number, mistake, column })
  if (bytes === undefined) return wrong(`Expected a line of at most ${LONGEST / 2 ** 20} MiB, found a longer one.`)
  if (!isUtf8(bytes)) return wrong('Expected UTF-8 text, found bytes that are not.')
  const text = bytes.toString().replace(/^\ufeff/, '')
  if (text.trim() === '') return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    const { column = 1, expected = 'JSON', found = 'something else' } = jsonMistake(text) ?? {}
    return wrong(`Expected JSON; at column ${column} stands ${found} in place of ${expected}.`, column)
  }
  const asked = questionIn(value)
  return typeof asked === 'string' ? wrong(asked) : { line: number, ...asked }
}

type Found = Asked extends infer A ? (A extends Asked ? Omit<A, 'line'> : never) : never

function questionIn(value: unknown): Found | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return `Expected an object with \`question\` and \`context\`, found ${kindOf(value)}.`
  const { id, question, context } = value as Readonly<Record<string, unknown>>
  const named = typeof id === 'string' || typeof id === 'number' ? { id } : {}
  const wrong = (mistake: string) => ({ ...named, mistake, column: 1 })
  if (id !== undefined && id !== null && !('id' in named))
    return wrong(`Expected \`id\` to be a text or a number, found ${kindOf(id)}.`)
  if (typeof question !== 'string') return wrong(`Expected \`question\` to be a text, found ${kindOf(question)}.`)
  if (typeof context !== 'string') return wrong(`Expected \`context\` to be a text, found ${kindOf(context)}.`)
  return { ...named, question: { question, context } }
}

const kindOf = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value)
}
