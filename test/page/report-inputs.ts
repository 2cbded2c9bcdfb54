import type { LogRecord } from '../../src/model/training-log.ts'
import type { RunRecord } from '../../src/plugin/run-record.ts'
import { type Examples, parseVocabulary, tokenizeExamples } from '../../src/squad/index.ts'
import { makeWindows } from '../../src/squad/make-windows.ts'
import { readExamples } from '../../src/squad/read-examples.ts'
import { scorePredictions } from '../../src/squad/score-predictions.ts'
import { defaultWindowSettings } from '../../src/squad/window-layout.ts'

// What a small pipeline would give to its report.

const contexts = ['The blue river ends here.', 'Anna wrote it. Nobody asked where.']
const asked: Readonly<Record<string, readonly [context: number, question: string]>> = {
  a: [0, 'What ends here?'],
  b: [1, 'Who wrote it?'],
  c: [1, 'What did Anna ask?'],
  d: [1, 'Where is it said that nobody asked?'],
  x: [0, 'What?'],
}

/** Some of the questions with these accepted answers. */
export const examplesOf = (answers: Readonly<Record<string, readonly string[]>>, version_2_with_negative = true) => {
  const paragraphs = contexts.map((context, at) => ({
    context,
    qas: Object.entries(answers).flatMap(([id, accepted]) =>
      asked[id]![0] === at
        ? [
            {
              id,
              question: asked[id]![1],
              answers: accepted.map(text => ({ text, answer_start: context.indexOf(text) })),
            },
          ]
        : [],
    ),
  }))
  return readExamples({ data: [{ paragraphs }] }, { for: 'evaluation', version_2_with_negative }, 'dev.json').examples
}

const candidate = (text: string, probability: number) => ({ text, probability, start_logit: 1, end_logit: 1 })

/** Predictions with a second candidate each; with odds they are those of v2.0. */
export const predictionsOf = (
  answers: Readonly<Record<string, string>>,
  null_odds?: Readonly<Record<string, number>>,
) => ({
  version_2_with_negative: null_odds !== undefined,
  answers: new Map(Object.entries(answers)),
  nbest: new Map(
    Object.entries(answers).map(([id, text]) => [
      id,
      [candidate(text, 0.75), candidate(text === '' ? 'it' : '', 0.25)],
    ]),
  ),
  ...(null_odds && { null_odds: new Map(Object.entries(null_odds)) }),
})

const examples = examplesOf({ a: ['blue river'], b: ['Anna'], c: [], d: ['where'] })
const predictions = predictionsOf({ a: 'blue river', b: 'Anna wrote it', c: '' }, { a: -3, b: -1.25, c: 4 })

const letters = 'abcdefghijklmnopqrstuvwxyz'.split('')
const vocabulary = parseVocabulary(
  ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...letters, ...letters.map(each => `##${each}`), '.', '?'].join('\n'),
)
/** Examples in windows of letters. */
export const windowsOf = async (examples: Examples) => {
  const { pieces } = await tokenizeExamples(examples, vocabulary, true)
  return { pieces, windows: makeWindows(pieces, settings).windows }
}
const settings = { ...defaultWindowSettings, max_seq_length: 96, doc_stride: 32, max_query_length: 64, pad_token: 0 }
export const { pieces, windows } = await windowsOf(examples)

export const log: readonly LogRecord[] = [
  { step: 1, epoch: 0.5, loss: 4, learning_rate: 1e-4, grad_norm: 2 },
  { step: 2, epoch: 1, loss: 2, learning_rate: 5e-5, grad_norm: 1 },
  { step: 2, epoch: 1, eval_exact: 50, eval_f1: 62.5 },
]

const stage = (name: string, uses: string, inputs: Readonly<Record<string, string>>) => ({
  name,
  uses,
  summary: `What ${uses} does.`,
  status: 'ran' as const,
  key: `key of ${name}`,
  created: '2026-01-31T09:05:00.000Z',
  ms: 1234,
  bytes: 2_000_000,
  inputs: Object.fromEntries(Object.entries(inputs).map(([port, stage]) => [port, { stage, port: 'out' }])),
  after: Object.values(inputs),
  config: { learning_rate: 5e-5, file: null },
  warnings:
    name === 'read' ? ['2 of 6 questions left out: the words at their answer_start do not contain their answer.'] : [],
  results: {},
})

export const run: RunRecord = {
  pipeline: 'squad',
  stages: [
    stage('read', 'read', {}),
    stage('train', 'train', { training_set: 'read' }),
    { ...stage('read-dev', 'read', {}), status: 'reused' },
    stage('predict', 'predict', { model: 'train', examples: 'read-dev' }),
  ],
}

export const inputs = { run, log, examples, predictions, windows, metrics: scorePredictions(examples, predictions) }
