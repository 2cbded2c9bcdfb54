import { grouped } from '../diagnostic/grouped.ts'

const shown = 5

/** The first few names of many, for a message: `a, b, c`, or `a, b, c, d, e and 12 more`. */
export function firstFew(names: readonly string[]): string {
  const more = names.length - shown
  return more > 0 ? `${names.slice(0, shown).join(', ')} and ${grouped(more)} more` : names.join(', ')
}

/** A number and its noun: `1 question`, `12,032 questions`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${grouped(number)} ${number === 1 ? one : many}`
