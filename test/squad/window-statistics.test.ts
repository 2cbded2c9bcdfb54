import { expect, it } from 'vitest'
import { defaultWindowSettings } from '../../src/squad/window-layout.ts'
import { windowStatistics } from '../../src/squad/window-statistics.ts'
import type { Windows } from '../../src/squad/windows.ts'

const offsets = (...lengths: number[]) => Int32Array.from([0, ...lengths.map((_, i) => sum(lengths.slice(0, i + 1)))])
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)
const ragged = (...lengths: number[]) => ({ values: new Int32Array(sum(lengths)), offsets: offsets(...lengths) })

/** Windows of these lengths of document, question by question; each question has so many pieces. */
const windowsOf = (queries: readonly number[], documents: readonly (readonly number[])[]): Windows => ({
  for: 'evaluation',
  version_2_with_negative: false,
  settings: { ...defaultWindowSettings, max_seq_length: 48, doc_stride: 16, max_query_length: 8 },
  tokenizer: { vocab: [], do_lower_case: true },
  cls_token: 2,
  sep_token: 3,
  context_pieces: ragged(),
  context_words: ragged(),
  ids: queries.map((_, index) => `q${index}`),
  context: new Int32Array(queries.length),
  query_pieces: ragged(...queries),
  first_window: offsets(...documents.map(each => each.length)),
  example_index: Int32Array.from(documents.flatMap((each, index) => each.map(() => index))),
  doc_start: new Int32Array(documents.flat().length),
  doc_length: Int32Array.from(documents.flat()),
  start_position: new Int32Array(0),
  end_position: new Int32Array(0),
  is_impossible: new Uint8Array(0),
})

it('counts windows, their tokens, and the questions that have none', () => {
  // Tokens: 4 + 3 + 10 = 17, 8 + 3 + 37 = 48, 8 + 3 + 9 = 20.
  expect(windowStatistics(windowsOf([4, 8, 2, 8], [[10], [37, 9], [], [37]]))).toEqual({
    questions: 4,
    windows: 4,
    max_seq_length: 48,
    doc_stride: 16,
    max_query_length: 8,
    lengths: { mean: (17 + 48 + 20 + 48) / 4, longest: 48, full: 2 },
    histogram: Array.from({ length: 16 }, (_, index) => ({
      from: 17 + 2 * index,
      to: 18 + 2 * index,
      windows: { 17: 1, 19: 1, 47: 2 }[17 + 2 * index] ?? 0,
    })),
    per_question: [
      { windows: 0, questions: 1 },
      { windows: 1, questions: 2 },
      { windows: 2, questions: 1 },
    ],
    without: ['q2'],
    full_queries: 2,
  })
})

it('of nothing is nothing', () => {
  expect(windowStatistics(windowsOf([], []))).toMatchObject({
    questions: 0,
    windows: 0,
    lengths: { mean: 0, longest: 0, full: 0 },
    histogram: [],
    per_question: [],
    without: [],
  })
})
