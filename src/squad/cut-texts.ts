import { intList, toArray } from './int-list.ts'
import { pieceMemo } from './piece-memo.ts'
import type { Ragged } from './ragged.ts'
import { wordPieces } from './word-pieces.ts'

/** Texts to cut into pieces: of contexts it matters which word a piece is of, of the others it does not. */
export interface Texts {
  readonly contexts: readonly string[]
  readonly others: readonly string[]
}

/** The pieces of texts, a row a text. */
export interface CutTexts {
  readonly context_pieces: Ragged
  /** The word of each piece of `context_pieces`. */
  readonly context_words: Ragged
  readonly other_pieces: Ragged
}

/**
 * Prepares cutting texts into word pieces. Every distinct word is cut once and remembered; what separates words for SQuAD also
 * separates them for BERT, so a text's pieces are its words' pieces, end to end.
 *
 * @param ids of the tokens of a vocabulary in which no special token is missing.
 */
export function textCutter(ids: ReadonlyMap<string, number>, do_lower_case: boolean): (texts: Texts) => CutTexts {
  const cut = pieceMemo(wordPieces(ids, do_lower_case))
  // Used again from one batch of texts to the next.
  const pieces = intList(1 << 16)
  const words = intList(1 << 16)
  const eachText = (texts: readonly string[], ofWhichWord: boolean): Ragged => {
    pieces.length = words.length = 0
    const offsets = new Int32Array(texts.length + 1)
    texts.forEach((text, i) => {
      cut(text, pieces, ofWhichWord ? words : undefined)
      offsets[i + 1] = pieces.length
    })
    return { values: toArray(pieces), offsets }
  }
  return ({ contexts, others }) => {
    const context_pieces = eachText(contexts, true)
    const context_words = { values: toArray(words), offsets: context_pieces.offsets }
    return { context_pieces, context_words, other_pieces: eachText(others, false) }
  }
}
