import type { Examples } from '../examples.ts'
import { narrowAnswer } from '../narrow-answer.ts'
import type { Pieces } from '../pieces.ts'
import { row } from '../ragged.ts'
import type { TrainingSet } from '../training-set.types.ts'
import { windowParts } from '../window-parts.ts'
import { windowView } from '../window-view.ts'
import type { Windows } from '../windows.ts'
import { words } from '../words.ts'
import { spanOf } from './places.ts'
import type { Step, TracedWindow } from './trace-record.ts'

/** What `read` made of question `index`. */
export function traceExample(stage: string, examples: Examples, index: number): Step & { readonly kind: 'examples' } {
  const context = examples.contexts[examples.context[index]!]!
  const [start_word, end_word] = [examples.start_word[index]!, examples.end_word[index]!]
  return {
    kind: 'examples',
    stage,
    question: examples.questions[index]!,
    context,
    answers: [...examples.answers[index]!],
    is_impossible: examples.is_impossible[index] === 1,
    answer:
      end_word < 0
        ? null
        : {
            start_word,
            end_word,
            text: words(context)
              .slice(start_word, end_word + 1)
              .join(' '),
          },
  }
}

/** What `tokenize` made of question `index`. `answer`: its words, where they are known. */
export function tracePieces(
  stage: string,
  pieces: Pieces,
  index: number,
  context: string,
  answer: { readonly start_word: number; readonly end_word: number } | undefined,
): Step & { readonly kind: 'pieces' } {
  const { vocab } = pieces.tokenizer
  const at = pieces.context[index]!
  const ids = row(pieces.context_pieces, at)
  const question = row(pieces.question_pieces, index)
  const tokensOf = (some: Int32Array) => Array.from(some, id => vocab[id]!)
  const unk = vocab.lastIndexOf('[UNK]')
  const all = words(context)
  const own = (word: number) => {
    const { start_piece, end_piece } = spanOf(pieces, at, word, word)
    return { word: all[word]!, tokens: tokensOf(ids.subarray(start_piece, end_piece + 1)) }
  }
  return {
    kind: 'pieces',
    stage,
    question_tokens: tokensOf(question),
    answer_tokens: tokensOf(row(pieces.answer_pieces, index)),
    context_words: all.length,
    context_pieces: ids.length,
    unknown: [...question, ...ids].filter(id => id === unk).length,
    answer: answer ? spanOf(pieces, at, answer.start_word, answer.end_word) : null,
    answer_words: answer
      ? Array.from({ length: answer.end_word - answer.start_word + 1 }, (_, i) => own(answer.start_word + i))
      : [],
  }
}

/** The answer's own pieces in the context, where it is trained on: its words' pieces without what hangs on to them. */
export function labelled(pieces: Pieces, index: number): readonly [start: number, end: number] | undefined {
  const own = row(pieces.answer_pieces, index)
  const [start, end] = [pieces.start_piece[index]!, pieces.end_piece[index]!]
  if (own.length === 0 || end < start) return undefined
  return narrowAnswer(row(pieces.context_pieces, pieces.context[index]!), start, end, own)
}

/** The windows of question `index`. `answer`: the pieces of the context that its answer covers, where they are known. */
export function traceWindows(
  stage: string,
  windows: Windows,
  index: number,
  whole: number | undefined,
  answer: readonly [start: number, end: number] | undefined,
): Step & { readonly kind: 'windows' } {
  const { max_seq_length, doc_stride, max_query_length } = windows.settings
  const [first, end] = [windows.first_window[index]!, windows.first_window[index + 1]!]
  const question = row(windows.query_pieces, index)
  return {
    kind: 'windows',
    stage,
    max_seq_length,
    doc_stride,
    max_query_length,
    question_tokens: Array.from(question, id => windows.tokenizer.vocab[id]!),
    question_tokens_cut: (whole ?? question.length) - question.length,
    document: first < end ? windowParts(windows, first).layout.document : 0,
    windows: Array.from({ length: end - first }, (_, i) => traceWindow(windows, first + i, answer)),
  }
}

function traceWindow(windows: Windows, index: number, answer: readonly [number, number] | undefined): TracedWindow {
  const view = windowView(windows, index)
  const parts = windowParts(windows, index)
  const start = windows.doc_start[index]!
  const end = start + windows.doc_length[index]! - 1
  const training = windows.for === 'training'
  const holds = answer ? share(answer, start, end) : 'unknown'
  const at = (piece: number) => parts.layout.document + piece - start
  return {
    unique_id: view.unique_id,
    doc_span_index: parts.doc_span_index,
    start_piece: start,
    end_piece: end,
    tokens: [...view.tokens],
    label: training ? [windows.start_position[index]!, windows.end_position[index]!] : null,
    label_is: !training ? 'none' : windows.is_impossible[index] === 1 ? 'cls' : 'answer',
    answer_at: holds === 'all' ? [at(answer![0]), at(answer![1])] : null,
    holds,
    most_context: answer && answer[0] >= start && answer[0] <= end ? parts.isMaxContext(answer[0] - start) : null,
  }
}

const share = ([from, to]: readonly [number, number], start: number, end: number): TracedWindow['holds'] =>
  from >= start && to <= end ? 'all' : to < start || from > end ? 'nothing' : 'part'

/** The rows of question `index` in a training set. */
export const traceTrainingSet = (stage: string, { example_index }: TrainingSet, index: number): Step => ({
  kind: 'training-set',
  stage,
  rows: Array.from(example_index.keys()).filter(at => example_index[at] === index),
})
