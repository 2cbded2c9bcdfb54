import { describe, expect, it } from 'vitest'
import { makeWindows } from '../../src/squad/make-windows.ts'
import { packWindows } from '../../src/squad/pack-windows.ts'
import { readExamples } from '../../src/squad/read-examples.ts'
import { tokenizeExamples } from '../../src/squad/tokenize-examples.ts'
import { parseVocabulary, specialTokens } from '../../src/squad/vocabulary.ts'
import { defaultWindowSettings, type WindowSettings } from '../../src/squad/window-layout.ts'
import { windowRecord } from '../../src/squad/window-record.ts'
import { windowText } from '../../src/squad/window-text.ts'
import { windowView } from '../../src/squad/window-view.ts'

const letters = [...'abcdefghijklmnopqrstuvwxyz']
const vocabulary = parseVocabulary([...specialTokens, ...letters].join('\n'))
const settings = { ...defaultWindowSettings, max_seq_length: 8, doc_stride: 2, max_query_length: 2 }

interface Question {
  readonly question: string
  readonly answer?: readonly [text: string, start: number]
}
const training = { for: 'training', version_2_with_negative: true } as const
const evaluation = { for: 'evaluation', version_2_with_negative: true } as const

async function windowsOf(
  context: string,
  questions: readonly Question[],
  own: Partial<WindowSettings> = {},
  purpose: typeof training | typeof evaluation = training,
) {
  const qas = questions.map(({ question, answer }, i) => ({
    id: `q${i}`,
    question,
    is_impossible: answer === undefined,
    answers: answer ? [{ text: answer[0], answer_start: answer[1] }] : [],
  }))
  const { examples } = readExamples({ data: [{ paragraphs: [{ context, qas }] }] }, purpose, 'x.json')
  const { pieces } = await tokenizeExamples(examples, vocabulary, true)
  return makeWindows(pieces, { ...settings, ...own })
}

const positions = ({ windows }: Awaited<ReturnType<typeof windowsOf>>) =>
  Array.from(windows.example_index, (example, i) => [
    example,
    windows.doc_start[i],
    windows.doc_length[i],
    windows.start_position[i],
    windows.end_position[i],
    windows.is_impossible[i],
  ])

describe('makeWindows', () => {
  it('marks the answer in the windows that hold all of it', async () => {
    const made = await windowsOf('a b c d e', [{ question: 'x y z', answer: ['c d', 4] }])
    expect(positions(made)).toEqual([
      [0, 0, 3, 0, 0, 1],
      [0, 2, 3, 4, 5, 0],
    ])
  })

  it('counts positions from where the document begins with [CLS] at the end', async () => {
    const made = await windowsOf('a b c', [{ question: 'x', answer: ['b', 2] }, { question: 'y z' }], {
      cls_token_at_end: true,
    })
    expect(positions(made)).toEqual([
      [0, 0, 3, 3, 3, 0],
      [1, 0, 3, 7, 7, 1],
    ])
  })

  it('leaves out an answer without pieces, and a context without them', async () => {
    const made = await windowsOf('a \u200b b', [
      { question: 'x', answer: ['\u200b', 2] },
      { question: 'y', answer: [' ', 1] },
      { question: 'z', answer: ['b', 4] },
    ])
    expect([made.skipped, made.empty]).toEqual([['q0', 'q1'], []])
    expect(positions(made)).toEqual([[2, 0, 2, 4, 4, 0]])
    expect(made.windows.first_window).toEqual(Int32Array.of(0, 0, 0, 1))

    const none = await windowsOf('\u200b', [{ question: 'x' }])
    expect([none.skipped, none.empty, positions(none)]).toEqual([[], ['q0'], []])
  })

  it('gives no positions for evaluation', async () => {
    const made = await windowsOf('a b c', [{ question: 'x', answer: ['b', 2] }, { question: 'y' }], {}, evaluation)
    expect(positions(made)).toEqual([
      [0, 0, 3, -1, -1, 0],
      [1, 0, 3, -1, -1, 0],
    ])
    expect(windowRecord(made.windows, 1)).toMatchObject({
      start_position: null,
      end_position: null,
      is_impossible: false,
    })
  })

  it('takes an empty question, and a limit of no pieces', async () => {
    expect(positions(await windowsOf('a b', [{ question: '', answer: ['b', 2] }]))).toEqual([[0, 0, 2, 3, 3, 0]])
    const made = await windowsOf('a b', [{ question: 'x y', answer: ['b', 2] }], { max_query_length: 0 })
    expect(positions(made)).toEqual([[0, 0, 2, 3, 3, 0]])
  })
})

const other: Partial<WindowSettings> = {
  cls_token_at_end: true,
  cls_token_segment_id: 2,
  sequence_a_segment_id: 3,
  sequence_b_segment_id: 4,
  pad_token: 9,
  pad_token_segment_id: 5,
  mask_padding_with_zero: false,
}

describe('a window in full', () => {
  it.each([
    [
      'as BERT has it',
      {},
      {
        unique_id: 1_000_000_000,
        example_index: 0,
        doc_span_index: 0,
        tokens: ['[CLS]', 'x', '[SEP]', 'a', 'b', '[SEP]'],
        token_to_orig_map: [
          [3, 0],
          [4, 1],
        ],
        token_is_max_context: [3, 4],
        input_ids: [2, 28, 3, 5, 6, 3, 0, 0],
        input_mask: [1, 1, 1, 1, 1, 1, 0, 0],
        segment_ids: [0, 0, 0, 1, 1, 1, 0, 0],
        cls_index: 0,
        p_mask: [0, 1, 1, 0, 0, 1, 1, 1],
        paragraph_len: 2,
        start_position: 4,
        end_position: 4,
        is_impossible: false,
      },
    ],
    [
      'with every option',
      other,
      {
        unique_id: 1_000_000_000,
        example_index: 0,
        doc_span_index: 0,
        tokens: ['x', '[SEP]', 'a', 'b', '[SEP]', '[CLS]'],
        token_to_orig_map: [
          [2, 0],
          [3, 1],
        ],
        token_is_max_context: [2, 3],
        input_ids: [28, 3, 5, 6, 3, 2, 9, 9],
        input_mask: [0, 0, 0, 0, 0, 0, 1, 1],
        segment_ids: [3, 3, 4, 4, 4, 2, 5, 5],
        cls_index: 5,
        p_mask: [1, 1, 0, 0, 1, 0, 1, 1],
        paragraph_len: 2,
        start_position: 3,
        end_position: 3,
        is_impossible: false,
      },
    ],
  ])('%s', async (_, own, record) => {
    const { windows } = await windowsOf('a b', [{ question: 'x', answer: ['b', 2] }], own)
    expect(windowRecord(windows, 0)).toEqual(record)
    expect(Object.keys(windowRecord(windows, 0))).toEqual(Object.keys(record))
  })

  it('reads well', async () => {
    const { windows } = await windowsOf('a b c d e', [{ question: 'x y', answer: ['c d', 4] }])
    expect([0, 1].map(i => windowText(windowRecord(windows, i))).join('\n')).toBe(`\
window 1000000000  question 0, part 0
  question  [CLS] x y [SEP]
  document  a b c
  words     0 to 2
  context   most for tokens 4 to 6
  answer    (not in this window)

window 1000000001  question 0, part 1
  question  [CLS] x y [SEP]
  document  c d e
  words     2 to 4
  context   most for tokens 5 to 6
  answer    c d  (tokens 4 to 5)
`)
  })

  it('shows itself to decoding', async () => {
    const { windows } = await windowsOf('a b c d e', [{ question: 'x y' }], {}, evaluation)
    const view = windowView(windows, 1)
    const places = [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8]
    expect({ ...view, word: places.map(view.word), isMaxContext: places.map(view.isMaxContext) }).toEqual({
      unique_id: 1_000_000_001,
      example_index: 0,
      cls_index: 0,
      tokens: ['[CLS]', 'x', 'y', '[SEP]', 'c', 'd', 'e', '[SEP]'],
      word: [-1, -1, -1, -1, -1, 2, 3, 4, -1, -1],
      isMaxContext: [false, false, false, false, false, false, true, true, false, false],
    })
  })
})

describe('packWindows', () => {
  it.each([
    ['as BERT has it', {}],
    ['with every option', other],
  ])('holds the same as the windows in full: %s', async (_, own) => {
    const { windows } = await windowsOf(
      'a b c d e f g',
      [{ question: 'x', answer: ['b', 2] }, { question: 'y z' }],
      own,
    )
    const set = packWindows(windows)
    expect(set.cls_index.length).toBe(windows.example_index.length)
    set.cls_index.forEach((cls_index, i) => {
      const record = windowRecord(windows, i)
      const padded = (['input_ids', 'input_mask', 'segment_ids', 'p_mask'] as const).map(name => {
        const { values, offsets } = set[name]
        const row = Array.from(values.subarray(offsets[i], offsets[i + 1]))
        return [...row, ...Array<number>(set.max_seq_length - row.length).fill(set.padding[name])]
      })
      expect(padded).toEqual([record.input_ids, record.input_mask, record.segment_ids, record.p_mask])
      expect([cls_index, set.example_index[i]]).toEqual([record.cls_index, record.example_index])
      expect(set.start_positions?.[i]).toBe(record.start_position)
      expect(set.end_positions?.[i]).toBe(record.end_position)
    })
    expect(set.question_ids).toEqual(['q0', 'q1'])
  })

  it('has no positions for evaluation', async () => {
    const set = packWindows((await windowsOf('a', [{ question: 'x' }], {}, evaluation)).windows)
    expect('start_positions' in set || 'end_positions' in set).toBe(false)
  })
})
