import { count } from '../plugin/few.ts'
import { stageError } from '../plugin/stage-error.ts'
import { intList, push, toArray } from './int-list.ts'
import { narrowAnswer } from './narrow-answer.ts'
import type { Pieces } from './pieces.ts'
import { offsetsOf, type Ragged, row, rowLength } from './ragged.ts'
import { slidingWindows, windowLength, windowStart } from './sliding-windows.ts'
import { layout, roomFor, type WindowSettings } from './window-layout.ts'
import type { Windows } from './windows.ts'

/** The windows, and the ids of the questions that have none. */
export interface MadeWindows {
  readonly windows: Windows
  /** Their answer has no pieces of its own. */
  readonly skipped: readonly string[]
  /** Their context has no pieces. */
  readonly empty: readonly string[]
}

/** An answer as the pieces of its context that it covers, both inclusive. */
type Span = readonly [start: number, end: number]

/**
 * Lays windows over each question's context and, in training, marks the answer in them. A window that does not hold the
 * whole answer is kept, with `[CLS]` as its answer.
 *
 * @throws stageError where a question leaves no room for its document.
 */
export function makeWindows(pieces: Pieces, settings: WindowSettings): MadeWindows {
  const training = pieces.for === 'training'
  const skipped: string[] = []
  const empty: string[] = []
  const first_window = new Int32Array(pieces.ids.length + 1)
  const query_pieces = cutRows(pieces.question_pieces, settings.max_query_length)
  const columns = {
    example_index: intList(),
    doc_start: intList(),
    doc_length: intList(),
    start_position: intList(),
    end_position: intList(),
    is_impossible: intList(),
  }

  for (let example = 0; example < pieces.ids.length; example++) {
    const query = rowLength(query_pieces, example)
    const room = roomFor(query, settings)
    if (room <= 0) throw noRoom(pieces, example, query, settings)
    const context = row(pieces.context_pieces, pieces.context[example]!)
    const answer = training && pieces.is_impossible[example] === 0 ? answerSpan(pieces, example, context) : undefined
    const windows = slidingWindows(context.length, room, settings.doc_stride)
    if (answer === 'no pieces') skipped.push(pieces.ids[example]!)
    else if (windows.count === 0) empty.push(pieces.ids[example]!)
    else
      for (let index = 0; index < windows.count; index++) {
        const start = windowStart(windows, index)
        const length = windowLength(windows, index)
        const { cls, document } = layout(query, length, settings)
        const whole = answer !== undefined && answer[0] >= start && answer[1] < start + length
        push(columns.example_index, example)
        push(columns.doc_start, start)
        push(columns.doc_length, length)
        push(columns.start_position, whole ? document + answer[0] - start : training ? cls : -1)
        push(columns.end_position, whole ? document + answer[1] - start : training ? cls : -1)
        push(columns.is_impossible, training && !whole ? 1 : 0)
      }
    first_window[example + 1] = columns.example_index.length
  }

  const windows: Windows = {
    for: pieces.for,
    version_2_with_negative: pieces.version_2_with_negative,
    settings,
    tokenizer: pieces.tokenizer,
    cls_token: pieces.tokenizer.vocab.lastIndexOf('[CLS]'),
    sep_token: pieces.tokenizer.vocab.lastIndexOf('[SEP]'),
    context_pieces: pieces.context_pieces,
    context_words: pieces.context_words,
    ids: pieces.ids,
    context: pieces.context,
    query_pieces,
    first_window,
    example_index: toArray(columns.example_index),
    doc_start: toArray(columns.doc_start),
    doc_length: toArray(columns.doc_length),
    start_position: toArray(columns.start_position),
    end_position: toArray(columns.end_position),
    is_impossible: Uint8Array.from(toArray(columns.is_impossible)),
  }
  return { windows, skipped, empty }
}

/** The pieces of an answer's words, narrowed to its own pieces. An answer of nothing but dropped characters has none. */
function answerSpan(pieces: Pieces, example: number, context: Int32Array): Span | 'no pieces' {
  const own = row(pieces.answer_pieces, example)
  const start = pieces.start_piece[example]!
  const end = pieces.end_piece[example]!
  return own.length === 0 || end < start ? 'no pieces' : narrowAnswer(context, start, end, own)
}

/** The first `most` values of each row. */
function cutRows(ragged: Ragged, most: number): Ragged {
  const rows = ragged.offsets.length - 1
  const lengths = new Int32Array(rows)
  for (let i = 0; i < rows; i++) lengths[i] = Math.min(rowLength(ragged, i), most)
  const offsets = offsetsOf(lengths)
  const values = new Int32Array(offsets[rows]!)
  for (let i = 0; i < rows; i++) values.set(row(ragged, i).subarray(0, lengths[i]), offsets[i])
  return { values, offsets }
}

function noRoom(pieces: Pieces, example: number, query: number, settings: WindowSettings) {
  const { max_seq_length, max_query_length, doc_stride } = settings
  const all = rowLength(pieces.question_pieces, example)
  return stageError({
    code: 'no-room',
    message:
      `Question ${pieces.ids[example]} leaves no room for its document: ${query} of its ${count(all, 'piece')} and 3 special ` +
      `tokens are ${query + 3} of ${max_seq_length} places in a window ` +
      `(max_seq_length ${max_seq_length}, max_query_length ${max_query_length}, doc_stride ${doc_stride}).`,
    hint: `Set max_seq_length to at least ${query + 4}, or max_query_length to at most ${max_seq_length - 4}.`,
  })
}
