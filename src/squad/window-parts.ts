import { row, rowLength } from './ragged.ts'
import { bestWindow, slidingWindows } from './sliding-windows.ts'
import { type Layout, layout, roomFor } from './window-layout.ts'
import type { Windows } from './windows.ts'

/** The `unique_id` of the first window; the others count on from it. */
export const firstUniqueId = 1_000_000_000

/** One window, with what belongs to it. Nothing is copied. */
export interface WindowParts {
  readonly layout: Layout
  readonly query: Int32Array
  /** Ids of the document part's pieces, and the word that each is of. */
  readonly document: Int32Array
  readonly words: Int32Array
  /** Counts the windows of one question. */
  readonly doc_span_index: number
  /** Whether the piece at an index of the document part has most context in this window. */
  isMaxContext(index: number): boolean
}

/** Finds what belongs to window `index`. */
export function windowParts(windows: Windows, index: number): WindowParts {
  const example = windows.example_index[index]!
  const context = windows.context[example]!
  const start = windows.doc_start[index]!
  const length = windows.doc_length[index]!
  const query = row(windows.query_pieces, example)
  const room = roomFor(query.length, windows.settings)
  const sliding = slidingWindows(rowLength(windows.context_pieces, context), room, windows.settings.doc_stride)
  const doc_span_index = index - windows.first_window[example]!
  return {
    layout: layout(query.length, length, windows.settings),
    query,
    document: row(windows.context_pieces, context).subarray(start, start + length),
    words: row(windows.context_words, context).subarray(start, start + length),
    doc_span_index,
    isMaxContext: at => bestWindow(sliding, start + at) === doc_span_index,
  }
}

/** Writes the ids of a window's tokens into `ids` from `at` on. */
export function fillIds(
  ids: Int32Array | Uint16Array,
  at: number,
  { layout, query, document }: WindowParts,
  windows: Windows,
): void {
  ids[at + layout.cls] = windows.cls_token
  ids.set(query, at + layout.query)
  ids[at + layout.firstSep] = windows.sep_token
  ids.set(document, at + layout.document)
  ids[at + layout.lastSep] = windows.sep_token
}

/** Writes the segment ids of a window's tokens: the query's up to and with the first `[SEP]`, then the document's. */
export function fillSegments(segments: Uint8Array, at: number, { layout }: WindowParts, { settings }: Windows): void {
  segments.fill(settings.sequence_a_segment_id, at + layout.query, at + layout.document)
  segments.fill(settings.sequence_b_segment_id, at + layout.document, at + layout.lastSep + 1)
  segments[at + layout.cls] = settings.cls_token_segment_id
}

/** Writes a window's `p_mask`: 0 on `[CLS]` and the document part, where an answer may stand, 1 elsewhere. */
export function fillPMask(p_mask: Uint8Array, at: number, { layout }: WindowParts): void {
  p_mask.fill(1, at, at + layout.length)
  p_mask.fill(0, at + layout.document, at + layout.lastSep)
  p_mask[at + layout.cls] = 0
}
