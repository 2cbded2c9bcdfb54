import { stageError } from '../plugin/stage-error.ts'
import { isWellFormed } from '../plugin/well-formed.ts'

/** Where in a SQuAD file a reader stands: indices of article, paragraph and question as far as they are known. */
export interface Where {
  readonly file: string
  article?: number | undefined
  paragraph?: number | undefined
  question?: number | undefined
  answer?: number | undefined
  id?: string | undefined
}

/** A JSON object whose fields are not checked yet. */
export type Fields = Readonly<Record<string, unknown>>

/** A JSON object, or the error that says what is there instead. `name` is the field that holds it. */
export function object(value: unknown, where: Where, name = ''): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(value, 'an object', where, name)
  return value as Fields
}

export function list(from: Fields, name: string, where: Where): readonly unknown[] {
  const value = from[name]
  if (!Array.isArray(value)) throw wrong(value, 'a list', where, name)
  return value
}

/**
 * A text. Half a surrogate pair, which only an escape such as `\ud83d` can bring about, becomes U+FFFD: it has no UTF-8
 * form to be stored in, counts as one character as before, and BERT drops the one as it drops the other.
 */
export function text(from: Fields, name: string, where: Where): string {
  const value = from[name]
  if (typeof value !== 'string') throw wrong(value, 'a text', where, name)
  return isWellFormed(value) ? value : value.replace(/\p{Surrogate}/gu, '\ufffd')
}

export function number(from: Fields, name: string, where: Where): number {
  const value = from[name]
  if (typeof value !== 'number') throw wrong(value, 'a number', where, name)
  return value
}

/** True, false, or `undefined` where the field is missing. */
export function flag(from: Fields, name: string, where: Where): boolean | undefined {
  const value = from[name]
  if (value !== undefined && typeof value !== 'boolean') throw wrong(value, 'true or false', where, name)
  return value
}

/** The JSON pointer of a place. */
export function pointer({ article, paragraph, question, answer }: Where, name = ''): string {
  const steps = [
    ['data', article],
    ['paragraphs', paragraph],
    ['qas', question],
    ['answers', answer],
  ] as const
  const path = steps.filter(([, index]) => index !== undefined).map(([list, index]) => `/${list}/${index}`)
  return path.join('') + (name === '' ? '' : `/${name}`)
}

function wrong(value: unknown, expected: string, where: Where, name: string) {
  const question = where.id === undefined ? 'Expected' : `Question ${where.id}: expected`
  const what = name === '' ? expected : `"${name}" to be ${expected}`
  const hint =
    'A SQuAD file is {"data": [{"paragraphs": [{"context": …, "qas": [{"id": …, "question": …, "answers": …}]}]}]}.'
  return stageError({
    code: 'not-squad',
    message: `${question} ${what}, found ${found(value)}.`,
    file: where.file,
    pointer: pointer(where, name),
    hint,
  })
}

function found(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string')
    return `the text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 59)}…` : value)}`
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  return typeof value === 'number' ? `the number ${value}` : String(value)
}
