import type { Place } from './page-data.ts'

/** Where a text first stands in its context as words of its own, else where it stands at all, else the text. */
export function placeOf(text: string, context: string): Place {
  if (text === '') return ['']
  let first = -1
  for (let at = context.indexOf(text); at >= 0; at = context.indexOf(text, at + 1)) {
    if (first < 0) first = at
    if (!isWordAt(context, at - 1, at) && !isWordAt(context, at + text.length - 1, at + text.length))
      return [at, text.length]
  }
  return first < 0 ? [text] : [first, text.length]
}

export const textOf = (place: Place, context: string): string =>
  typeof place[0] === 'string' ? place[0] : context.slice(place[0], place[0] + (place[1] ?? 0))

/** Whether a word goes on from one character to the next. Chinese and Japanese have no spaces between theirs. */
const isWordAt = (text: string, one: number, next: number): boolean =>
  isLetter.test(text[one] ?? ' ') && isLetter.test(text[next] ?? ' ')

const isLetter = /(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}]/u
