import { type CodePoints, codePointLength, codePoints } from './code-points.ts'
import type { IntList } from './int-list.ts'
import { squeeze } from './whitespace.ts'
import { findWords, wordAt } from './words.ts'

/** A context with what is needed to find answers in it: prepared once, however many questions it has. */
export interface PreparedContext {
  readonly context: string
  readonly points: CodePoints
  readonly bounds: IntList
}

/** Prepares a context for finding answers in it. `bounds` is used again for it: only the last one prepared is good. */
export function prepareContext(context: string, bounds: IntList): PreparedContext {
  findWords(context, bounds)
  return { context, points: codePoints(context), bounds }
}

/**
 * The first and last word of an answer: the owners of its first and last code point.
 *
 * @param start where the answer starts, in code points, inside the context.
 * @returns `undefined` where those words, joined by one space, do not contain the answer with its whitespace squeezed.
 */
export function locateAnswer(
  { context, points, bounds }: PreparedContext,
  answer: string,
  start: number,
): { readonly start_word: number; readonly end_word: number } | undefined {
  const end = Math.min(start + codePointLength(answer), points.length) - 1
  const owner = wordAt(bounds, points.offset(start))
  // Before the first word the owner is -1, which BERT's reference, written in Python, takes for the last word.
  const start_word = owner < 0 ? bounds.length / 2 - 1 : owner
  const end_word = wordAt(bounds, points.offset(end))
  const wanted = squeeze(answer)
  return joined(context, bounds, start_word, end_word).includes(wanted) ? { start_word, end_word } : undefined
}

function joined(context: string, bounds: IntList, first: number, last: number): string {
  let text = ''
  for (let word = Math.max(first, 0); word <= last; word++) {
    const space = word === first ? '' : ' '
    text += space + context.slice(bounds.values[2 * word], bounds.values[2 * word + 1])
  }
  return text
}
