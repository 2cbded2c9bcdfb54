import type { KeptResult } from 'sluice'
import { decodeWindows, type WindowLogits } from '../../src/squad/decode-windows.ts'
import type { Examples } from '../../src/squad/examples.ts'
import { makeWindows } from '../../src/squad/make-windows.ts'
import type { Pieces } from '../../src/squad/pieces.ts'
import type { Predictions } from '../../src/squad/predictions.ts'
import { readExamples } from '../../src/squad/read-examples.ts'
import { tokenizeExamples } from '../../src/squad/tokenize-examples.ts'
import { parseVocabulary } from '../../src/squad/vocabulary.ts'
import { defaultWindowSettings } from '../../src/squad/window-layout.ts'
import type { Windows } from '../../src/squad/windows.ts'

/** What the stages of a pipeline make of a SQuAD file. */
export interface Made {
  readonly examples: Examples
  readonly pieces: Pieces
  readonly windows: Windows
}

export interface Making {
  readonly for?: 'training' | 'evaluation'
  readonly v2?: boolean
  readonly vocab: string
  readonly lower?: boolean
  /** max_seq_length, doc_stride, max_query_length */
  readonly lengths: readonly [number, number, number]
}

/** Reads, cuts and lays windows. */
export const make = async (
  data: unknown,
  { for: purpose = 'training', v2 = false, vocab, lower = true, lengths }: Making,
) => {
  const { examples } = readExamples(data, { for: purpose, version_2_with_negative: v2 }, 'data.json')
  const { pieces } = await tokenizeExamples(examples, parseVocabulary(vocab), lower)
  const [max_seq_length, doc_stride, max_query_length] = lengths
  const { windows } = makeWindows(pieces, { ...defaultWindowSettings, max_seq_length, doc_stride, max_query_length })
  return { examples, pieces, windows } satisfies Made
}

/** Predictions from logits. */
export const predict = (
  { examples, windows }: Made,
  logits: (index: number) => WindowLogits,
  options: { readonly max_answer_length?: number; readonly null_score_diff_threshold?: number } = {},
): Predictions => {
  const settings = { n_best_size: 20, max_answer_length: 30, null_score_diff_threshold: 0, ...options }
  const all = [...decodeWindows(examples, windows, logits, settings)]
  const v2 = examples.version_2_with_negative
  return {
    version_2_with_negative: v2,
    answers: new Map(all.map(each => [each.id, each.prediction])),
    nbest: new Map(all.map(each => [each.id, each.nbest])),
    ...(v2 && { null_odds: new Map(all.map(each => [each.id, each.null_odds!])) }),
  }
}

/** A stage's result, as a command is given it. Without a value the cache holds none. */
export const kept = (
  stage: string,
  outputs: Readonly<Record<string, readonly [kind: string, value?: unknown]>>,
  more: Partial<KeptResult> = {},
): KeptResult => ({
  stage,
  config: {},
  inputs: {},
  outputs: Object.fromEntries(
    Object.entries(outputs).map(([port, [kind, value]]) => [
      port,
      { kind, ...(value !== undefined && { read: async () => value }) },
    ]),
  ),
  ...more,
})

/** The results of `read`, `tokenize` and `span`, as a pipeline has them. */
export const keptData = ({ examples, pieces, windows }: Partial<Made>, file = 'data.json'): KeptResult[] => [
  kept('read', { examples: ['examples', examples] }, { config: { file }, make: 'run --until read' }),
  kept(
    'tokenize',
    { pieces: ['pieces', pieces] },
    { inputs: { examples: from('read', 'examples') }, make: 'run --until tokenize' },
  ),
  kept(
    'span',
    { windows: ['windows', windows] },
    { inputs: { pieces: from('tokenize', 'pieces') }, make: 'run --until span' },
  ),
]

export const keptPredictions = (predictions: Predictions, config: KeptResult['config'] = {}): KeptResult[] => [
  kept(
    'predict',
    { predictions: ['predictions', predictions] },
    { config, inputs: { windows: from('span', 'windows'), examples: from('read', 'examples') } },
  ),
  kept('evaluate', { metrics: ['metrics', {}] }, { inputs: { predictions: from('predict', 'predictions') } }),
]

export const from = (stage: string, port: string) => ({ stage, port })

/** A file of SQuAD's form with one context. */
export const squad = (
  context: string,
  ...questions: readonly {
    readonly id: string
    readonly question?: string
    readonly answers: readonly (readonly [string, number])[]
    readonly none?: boolean
  }[]
) => ({
  data: [
    {
      paragraphs: [
        {
          context,
          qas: questions.map(({ id, question = 'who ?', answers, none }) => ({
            id,
            question,
            answers: answers.map(([text, answer_start]) => ({ text, answer_start })),
            ...(none !== undefined && { is_impossible: none }),
          })),
        },
      ],
    },
  ],
})
