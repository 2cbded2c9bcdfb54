import { rowLength } from './ragged.ts'
import type { Windows } from './windows.ts'

export interface WindowStatistics {
  readonly questions: number
  readonly windows: number
  readonly max_seq_length: number
  readonly doc_stride: number
  readonly max_query_length: number
  /** Tokens of a window, [CLS] and [SEP] included. */
  readonly lengths: { readonly mean: number; readonly longest: number; readonly full: number }
  /** How many windows have from `from` up to `to` tokens. */
  readonly histogram: readonly { readonly from: number; readonly to: number; readonly windows: number }[]
  /** How many questions have so many windows. */
  readonly per_question: readonly { readonly windows: number; readonly questions: number }[]
  /** The questions that have none. */
  readonly without: readonly string[]
  /** Questions that fill `max_query_length`: what was longer was cut off. */
  readonly full_queries: number
}

const BINS = 24
const SPECIAL_TOKENS = 3

/** How long the windows are, how many a question has, and which questions have none. */
export function windowStatistics(windows: Windows): WindowStatistics {
  const { ids, first_window, example_index, doc_length, query_pieces, settings } = windows
  const { max_seq_length, doc_stride, max_query_length } = settings
  const lengths = Array.from(
    example_index,
    (example, window) => rowLength(query_pieces, example) + doc_length[window]! + SPECIAL_TOKENS,
  )
  const counts = ids.map((_, index) => first_window[index + 1]! - first_window[index]!)
  const distinct = [...new Set(counts)].sort((a, b) => a - b)
  return {
    questions: ids.length,
    windows: lengths.length,
    ...{ max_seq_length, doc_stride, max_query_length },
    lengths: {
      mean: lengths.length === 0 ? 0 : lengths.reduce((sum, each) => sum + each, 0) / lengths.length,
      longest: lengths.reduce((longest, each) => Math.max(longest, each), 0),
      full: lengths.filter(each => each === max_seq_length).length,
    },
    histogram: histogramOf(lengths, max_seq_length),
    per_question: distinct.map(windows => ({ windows, questions: counts.filter(each => each === windows).length })),
    without: ids.filter((_, index) => counts[index] === 0),
    full_queries: ids.filter((_, index) => rowLength(query_pieces, index) === max_query_length).length,
  }
}

/** Bins of one width over all lengths that there may be; those before the first and behind the last window are left out. */
function histogramOf(lengths: readonly number[], most: number) {
  const width = Math.max(1, Math.ceil(most / BINS))
  const bins = Array.from({ length: Math.ceil(most / width) }, (_, index) => ({
    from: index * width + 1,
    to: Math.min(most, (index + 1) * width),
    windows: 0,
  }))
  for (const length of lengths) bins[Math.ceil(length / width) - 1]!.windows++
  const first = bins.findIndex(({ windows }) => windows > 0)
  return first < 0 ? [] : bins.slice(first, bins.findLastIndex(({ windows }) => windows > 0) + 1)
}
