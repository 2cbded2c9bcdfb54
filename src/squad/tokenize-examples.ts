import { cutInParallel } from './cut-in-parallel.ts'
import type { Examples } from './examples.ts'
import type { Pieces } from './pieces.ts'
import { type Ragged, rowsOf } from './ragged.ts'
import { specialId, type Vocabulary } from './vocabulary.ts'

/** The pieces of all examples; how many there are in contexts and questions, and how many of those are `[UNK]`. */
export interface Tokenized {
  readonly pieces: Pieces
  readonly total: number
  readonly unknown: number
}

/**
 * Cuts contexts, questions and (in training) answers into word pieces, each context once.
 *
 * @param vocabulary in which no special token is missing.
 */
export async function tokenizeExamples(
  examples: Examples,
  vocabulary: Vocabulary,
  do_lower_case: boolean,
): Promise<Tokenized> {
  const { ids, context, is_impossible } = examples
  const count = ids.length
  const answered = (i: number) => examples.for === 'training' && is_impossible[i] === 0
  const answers = examples.answers.map((accepted, i) => (answered(i) ? accepted[0]! : ''))
  const { context_pieces, context_words, other_pieces } = await cutInParallel({
    texts: { contexts: examples.contexts, others: [...examples.questions, ...answers] },
    ids: vocabulary.ids,
    do_lower_case,
  })
  const question_pieces = rowsOf(other_pieces, 0, count)

  const start_piece = new Int32Array(count).fill(-1)
  const end_piece = new Int32Array(count).fill(-1)
  for (let i = 0; i < count; i++) {
    if (!answered(i)) continue
    start_piece[i] = firstPiece(context_words, context[i]!, examples.start_word[i]!)
    end_piece[i] = firstPiece(context_words, context[i]!, examples.end_word[i]! + 1) - 1
  }
  const pieces: Pieces = {
    for: examples.for,
    version_2_with_negative: examples.version_2_with_negative,
    tokenizer: { vocab: vocabulary.tokens, do_lower_case },
    context_pieces,
    context_words,
    ids,
    context,
    question_pieces,
    answer_pieces: rowsOf(other_pieces, count, 2 * count),
    start_piece,
    end_piece,
    is_impossible,
  }
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

function occurrences({ values }: Ragged, wanted: number): number {
  let count = 0
  for (let i = 0; i < values.length; i++) if (values[i] === wanted) count++
  return count
}
