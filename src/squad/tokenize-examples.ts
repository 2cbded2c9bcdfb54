import type { Examples } from './examples.ts'
import { type IntList, intList, push, toArray } from './int-list.ts'
import { pieceMemo } from './piece-memo.ts'
import type { Pieces } from './pieces.ts'
import type { Ragged } from './training-set.types.ts'
import { specialId, type Vocabulary } from './vocabulary.ts'
import { wordPieces } from './word-pieces.ts'

/** The pieces of all examples; how many there are in contexts and questions, and how many of those are `[UNK]`. */
export interface Tokenized {
  readonly pieces: Pieces
  readonly total: number
  readonly unknown: number
}

/**
 * Cuts contexts, questions and (in training) answers into word pieces. Every distinct word is cut once and remembered;
 * what separates words for SQuAD also separates them for BERT, so a text's pieces are its words' pieces, end to end.
 *
 * @param vocabulary in which no special token is missing.
 */
export function tokenizeExamples(examples: Examples, vocabulary: Vocabulary, do_lower_case: boolean): Tokenized {
  const cut = pieceMemo(wordPieces(vocabulary, do_lower_case))
  const contexts = raggedLists()
  const words = intList(1 << 16)
  for (const context of examples.contexts) {
    cut(context, contexts.values, words)
    push(contexts.offsets, contexts.values.length)
  }
  const context_pieces = ragged(contexts)
  const context_words = { values: toArray(words), offsets: context_pieces.offsets }

  const questions = raggedLists()
  const answers = raggedLists()
  const start_piece = new Int32Array(examples.ids.length).fill(-1)
  const end_piece = new Int32Array(examples.ids.length).fill(-1)
  for (let i = 0; i < examples.ids.length; i++) {
    cut(examples.questions[i]!, questions.values)
    push(questions.offsets, questions.values.length)
    if (examples.for === 'training' && examples.is_impossible[i] === 0) {
      cut(examples.answers[i]![0]!, answers.values)
      start_piece[i] = firstPiece(context_words, examples.context[i]!, examples.start_word[i]!)
      end_piece[i] = firstPiece(context_words, examples.context[i]!, examples.end_word[i]! + 1) - 1
    }
    push(answers.offsets, answers.values.length)
  }

  const pieces: Pieces = {
    for: examples.for,
    version_2_with_negative: examples.version_2_with_negative,
    tokenizer: { vocab: vocabulary.tokens, do_lower_case },
    context_pieces,
    context_words,
    ids: examples.ids,
    context: examples.context,
    question_pieces: ragged(questions),
    answer_pieces: ragged(answers),
    start_piece,
    end_piece,
    is_impossible: examples.is_impossible,
  }
  const { question_pieces } = pieces
  const unk = specialId(vocabulary, '[UNK]')
  return {
    pieces,
    total: context_pieces.values.length + question_pieces.values.length,
    unknown: occurrences(context_pieces, unk) + occurrences(question_pieces, unk),
  }
}

/**
 * How many pieces of a context stand before a word: the index of the word's first piece, or of the next word's where it
 * has none (`orig_to_tok_index`).
 */
export function firstPiece(context_words: Ragged, context: number, word: number): number {
  const start = context_words.offsets[context]!
  let low = start
  let high = context_words.offsets[context + 1]!
  while (low < high) {
    const middle = (low + high) >> 1
    if (context_words.values[middle]! < word) low = middle + 1
    else high = middle
  }
  return low - start
}

interface RaggedLists {
  readonly values: IntList
  readonly offsets: IntList
}

function raggedLists(): RaggedLists {
  const offsets = intList()
  push(offsets, 0)
  return { values: intList(1 << 16), offsets }
}

const ragged = ({ values, offsets }: RaggedLists): Ragged => ({ values: toArray(values), offsets: toArray(offsets) })

function occurrences({ values }: Ragged, wanted: number): number {
  let count = 0
  for (let i = 0; i < values.length; i++) if (values[i] === wanted) count++
  return count
}
