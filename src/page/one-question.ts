import type { Examples } from '../squad/examples.ts'
import { makeWindows } from '../squad/make-windows.ts'
import type { Pieces } from '../squad/pieces.ts'
import { offsetsOf, type Ragged } from '../squad/ragged.ts'
import { roomFor, type WindowSettings } from '../squad/window-layout.ts'
import type { Windows } from '../squad/windows.ts'
import { words } from '../squad/words.ts'

/** What is known of a question. */
export interface Known {
  readonly id: string
  readonly question: string
  readonly context: string
  readonly answers: readonly string[]
  readonly is_impossible: boolean
  readonly version_2_with_negative: boolean
}

/** What stages made of one question, as if it were the only one. */
export interface Made {
  readonly examples: Examples
  readonly pieces: Pieces
  /** None where the question leaves no room for its document. */
  readonly windows: Windows | undefined
}

/** Makes pieces and windows of a question for evaluation anew, from its texts and what cuts words. */
export function oneQuestion(
  known: Known,
  cut: (word: string) => readonly string[],
  settings: WindowSettings,
  do_lower_case: boolean,
): Made {
  const { id, question, context, answers, version_2_with_negative } = known
  const is_impossible = Uint8Array.of(known.is_impossible ? 1 : 0)
  const common = {
    for: 'evaluation',
    version_2_with_negative,
    ids: [id],
    context: Int32Array.of(0),
    is_impossible,
  } as const
  // Each piece once, under a number of its own.
  const vocab = new Map([['[CLS]', 0], ['[SEP]', 1], ['[UNK]', 2]]) // biome-ignore format: one line
  const numbered = (piece: string): number => {
    const number = vocab.get(piece) ?? vocab.size
    vocab.set(piece, number)
    return number
  }
  const inContext = words(context).map(word => cut(word).map(numbered))
  const inQuestion = words(question).flatMap(word => cut(word).map(numbered))
  const none = Int32Array.of(-1)
  const pieces: Pieces = {
    ...common,
    tokenizer: { vocab: [...vocab.keys()], do_lower_case },
    context_pieces: oneRow(inContext.flat()),
    context_words: oneRow(inContext.flatMap((pieces, word) => pieces.map(() => word))),
    question_pieces: oneRow(inQuestion),
    answer_pieces: oneRow([]),
    start_piece: none,
    end_piece: none,
  }
  return {
    examples: {
      ...common,
      contexts: [context],
      questions: [question],
      answers: [answers],
      start_word: none,
      end_word: none,
    },
    pieces,
    windows: hasRoom(inQuestion.length, settings) ? makeWindows(pieces, settings).windows : undefined,
  }
}

const oneRow = (values: readonly number[]): Ragged => ({
  values: Int32Array.from(values),
  offsets: offsetsOf(Int32Array.of(values.length)),
})

const hasRoom = (query: number, settings: WindowSettings): boolean =>
  roomFor(Math.min(query, settings.max_query_length), settings) > 0
