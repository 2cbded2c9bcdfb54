import { row } from '../ragged.ts'
import type { Windows } from '../windows.ts'
import { words } from '../words.ts'
import type { Span } from './trace-record.ts'

/** What says which pieces a context has, and of which words they are. */
type Cut = Pick<Windows, 'context_pieces' | 'context_words' | 'tokenizer'>

/** The words of a context within which a text stands, and how many characters of the first and the last lie outside it. */
export interface Held {
  readonly start_word: number
  readonly end_word: number
  readonly before: number
  readonly after: number
}

/** A place of a text. `exact`: its pieces are its own; else they are those of its words. */
export interface Place extends Span {
  readonly exact: boolean
}

/** The pieces of some words of a context. */
export function spanOf({ context_words }: Pick<Cut, 'context_words'>, context: number, from: number, to: number): Span {
  const owners = row(context_words, context)
  const first = owners.findIndex(word => word >= from)
  const after = owners.findIndex(word => word > to)
  const count = owners.length
  return {
    start_word: from,
    end_word: to,
    start_piece: first < 0 ? count : first,
    end_piece: (after < 0 ? count : after) - 1,
  }
}

/**
 * Each place at which a text stands in a context's words, joined by one space: that is what answers are cut from. It may
 * begin and end inside a word; in Chinese a word may be a whole passage.
 */
export function wordsHolding(text: string, context: string): Held[] {
  if (text === '') return []
  const all = words(context)
  const joined = all.join(' ')
  const starts: number[] = []
  let length = 0
  for (const word of all) {
    starts.push(length)
    length += word.length + 1
  }
  const found: Held[] = []
  for (let at = joined.indexOf(text); at >= 0; at = joined.indexOf(text, at + 1)) {
    const last = at + text.length
    const start_word = starts.findLastIndex(start => start <= at)
    const end_word = starts.findLastIndex(start => start < last)
    found.push({
      start_word,
      end_word,
      before: codePoints(joined.slice(starts[start_word]!, at)),
      after: codePoints(joined.slice(last, starts[end_word]! + all[end_word]!.length)),
    })
  }
  return found
}

/** The places of a text among a context's pieces. */
export const placesOf = (text: string, context: string, cut: Cut, at: number): Place[] =>
  wordsHolding(text, context).map(held => narrowed(held, words(context), cut, at))

/**
 * Characters of a word are counted off against its pieces. Where that does not come out even (`[UNK]`, characters that the
 * tokenizer dropped or made two of), the pieces are those of the whole words.
 */
function narrowed({ start_word, end_word, before, after }: Held, all: readonly string[], cut: Cut, at: number): Place {
  const span = spanOf(cut, at, start_word, end_word)
  const start = piecesWithin(cut, at, start_word, all[start_word]!, before)
  const end = piecesWithin(cut, at, end_word, all[end_word]!, codePoints(all[end_word]!) - after - 1)
  if (start === undefined || end === undefined) return { ...span, exact: false }
  return { ...span, start_piece: start, end_piece: end, exact: true }
}

/** The piece that a character of a word is in. */
function piecesWithin(cut: Cut, at: number, word: number, text: string, character: number): number | undefined {
  const { start_piece, end_piece } = spanOf(cut, at, word, word)
  const ids = row(cut.context_pieces, at)
  let passed = 0
  let found: number | undefined
  for (let piece = start_piece; piece <= end_piece; piece++) {
    const token = cut.tokenizer.vocab[ids[piece]!]!
    passed += codePoints(token.startsWith('##') ? token.slice(2) : token)
    if (found === undefined && character < passed) found = piece
  }
  return passed === codePoints(text) ? found : undefined
}

const codePoints = (text: string): number => [...text].length
