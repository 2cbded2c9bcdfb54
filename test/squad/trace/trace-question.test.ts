import { describe, expect, it } from 'vitest'
import { traceQuestion } from '../../../src/squad/trace/trace-question.ts'
import type { Step, Way } from '../../../src/squad/trace/trace-record.ts'
import { hasShared, sharedBytes, sharedJson } from '../../shared.ts'
import { from, kept, keptData, keptPredictions, make, predict, squad } from '../kept.ts'

const vocab = [
  ...['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'who', '?', 'the', 'nor', '##mans', 'came', 'from', 'north', 'in'],
  ...['911', '.', ',', 'and', 'stayed', 'there', 'until', '1204'],
].join('\n')
const context = 'The Normans came from the north in 911, and stayed there until 1204.'
const lengths = [13, 4, 4] as const

const stepOf = <K extends Step['kind']>(way: Way | undefined, kind: K): Step & { readonly kind: K } =>
  way!.steps.find((step): step is Step & { readonly kind: K } => step.kind === kind)!

describe('in training', () => {
  const trace = async (answer: readonly [string, number], only: 'read' | 'span' = 'span') => {
    const made = await make(squad(context, { id: 'q', answers: [[...answer]] }), { vocab, lengths })
    return (await traceQuestion('q', keptData(only === 'read' ? { examples: made.examples } : made)))[0]
  }

  it('shows text, words, pieces, and the label in each window', async () => {
    const way = await trace(['The Normans', 0])
    expect(way).toMatchObject({
      file: 'data.json',
      for: 'training',
      version_2_with_negative: false,
      missing: [],
      stale: [],
    })
    expect(stepOf(way, 'examples')).toEqual({
      kind: 'examples',
      stage: 'read',
      question: 'who ?',
      context,
      answers: ['The Normans'],
      is_impossible: false,
      answer: { start_word: 0, end_word: 1, text: 'The Normans' },
    })
    expect(stepOf(way, 'pieces')).toEqual({
      kind: 'pieces',
      stage: 'tokenize',
      question_tokens: ['who', '?'],
      answer_tokens: ['the', 'nor', '##mans'],
      context_words: 13,
      context_pieces: 16,
      unknown: 0,
      answer: { start_word: 0, end_word: 1, start_piece: 0, end_piece: 2 },
      answer_words: [
        { word: 'The', tokens: ['the'] },
        { word: 'Normans', tokens: ['nor', '##mans'] },
      ],
    })
    const { windows, document } = stepOf(way, 'windows')
    expect(document).toBe(4)
    expect(windows.map(({ tokens: _, ...window }) => window)).toEqual([
      {
        unique_id: 1_000_000_000,
        doc_span_index: 0,
        start_piece: 0,
        end_piece: 7,
        label: [4, 6],
        label_is: 'answer',
        answer_at: [4, 6],
        holds: 'all',
        most_context: true,
      },
      ...[4, 8].map((start_piece, index) => ({
        unique_id: 1_000_000_001 + index,
        doc_span_index: 1 + index,
        start_piece,
        end_piece: start_piece + 7,
        label: [0, 0],
        label_is: 'cls',
        answer_at: null,
        holds: 'nothing',
        most_context: null,
      })),
    ])
    expect(windows[0]!.tokens.slice(4, 7)).toEqual(['the', 'nor', '##mans'])
    expect(way!.lost).toBeUndefined()
  })

  it('says that no window holds the whole answer', async () => {
    const way = await trace(['came from the north in 911, and stayed', 12])
    expect(stepOf(way, 'windows').windows.map(({ holds }) => holds)).toEqual(['part', 'part', 'part'])
    expect(way!.lost).toEqual({
      stage: 'span',
      code: 'outside-windows',
      why: 'no window holds the whole answer: it is trained on as if it had none',
    })
  })

  it('says that an answer has no pieces, and so no window', async () => {
    const data = squad('The \u0301 came', { id: 'q', answers: [['\u0301', 4]] })
    const [way] = await traceQuestion('q', keptData(await make(data, { vocab, lengths })))
    expect(way!.lost).toEqual({
      stage: 'span',
      code: 'no-pieces',
      why: 'its answer has no pieces of its own, so it has no window',
    })
  })

  it('names what makes the results that are not there', async () => {
    expect((await trace(['The Normans', 0], 'read'))!.missing).toEqual([
      { stage: 'tokenize', make: 'run --until tokenize' },
      { stage: 'span', make: 'run --until span' },
    ])
  })

  it('says which filter left it out', async () => {
    const [one, other] = await Promise.all(
      ['q', 'other'].map(id => make(squad(context, { id, answers: [['911', 35]] }), { vocab, lengths })),
    )
    const filter = kept(
      'drop',
      { examples: ['examples', other!.examples] },
      { inputs: { examples: from('read', 'examples') } },
    )
    const [way] = await traceQuestion('q', [keptData(one!)[0]!, filter])
    expect(way!.lost).toEqual({
      stage: 'drop',
      code: 'left-out',
      why: 'it is not among the questions that this stage kept',
    })
  })

  it('tells results of an earlier run from those of the pipeline as it is', async () => {
    const made = await make(squad(context, { id: 'q', answers: [['911', 35]] }), { vocab, lengths })
    const [read, tokenize, span] = keptData(made)
    const [way] = await traceQuestion('q', [read!, tokenize!, { ...span!, since: ['doc_stride changed: 8 → 4'] }])
    expect(way!.stale).toEqual([{ stage: 'span', make: 'run --until span', since: ['doc_stride changed: 8 → 4'] }])
  })

  it('says what has changed before a stage that the question does not go through', async () => {
    const made = await make(squad(context, { id: 'q', answers: [['911', 35]] }), { for: 'evaluation', vocab, lengths })
    const predictions = predict(made, () => ({ start: Array(13).fill(0), end: Array(13).fill(0) }))
    const [predicted, evaluated] = keptPredictions(predictions)
    const results = [
      ...keptData(made),
      kept('train', { model: ['model', {}] }, { make: 'run', since: ['learning_rate changed: 3e-5 → 5e-5'] }),
      {
        ...predicted!,
        inputs: { ...predicted!.inputs, model: from('train', 'model') },
        make: 'run --until predict',
        since: [],
      },
      evaluated!,
    ]
    expect((await traceQuestion('q', results))[0]!.stale).toEqual([
      { stage: 'predict', make: 'run --until predict', since: ['train: learning_rate changed: 3e-5 → 5e-5'] },
    ])
  })

  it('is nothing for an id that was not read', async () => {
    const made = await make(squad(context, { id: 'q', answers: [['911', 35]] }), { vocab, lengths })
    expect(await traceQuestion('p', keptData(made))).toEqual([])
  })
})

describe('in evaluation', () => {
  /** Logits with one highest start and end in the first window. */
  const pointing =
    (start: number, end: number, cls = 0) =>
    (index: number) => ({
      start: Array.from({ length: 13 }, (_, at) => (index === 0 && at === start ? 5 : at === 0 ? cls : 0)),
      end: Array.from({ length: 13 }, (_, at) => (index === 0 && at === end ? 5 : at === 0 ? cls : 0)),
    })
  const evaluated = async (answer: string, logits: ReturnType<typeof pointing>, max_answer_length = 30) => {
    const data = squad(context, { id: 'q', answers: [[answer, -1]] })
    const made = await make(data, { for: 'evaluation', vocab, lengths })
    const predictions = predict(made, logits, { max_answer_length })
    return (await traceQuestion('q', [...keptData(made), ...keptPredictions(predictions, { max_answer_length })]))[0]
  }

  it('compares what the official script compares', async () => {
    const way = await evaluated('Normans', pointing(4, 6))
    const { prediction, right, places, nbest, obstacle } = stepOf(way, 'predictions')
    expect({ prediction, right, places, obstacle }).toEqual({
      prediction: 'The Normans',
      right: 1,
      places: [{ start_word: 0, end_word: 1, start_piece: 0, end_piece: 2 }],
      obstacle: undefined,
    })
    expect(nbest[0]).toMatchObject({ text: 'The Normans', start_logit: 5, end_logit: 5, exact: 1, f1: 1 })
    expect(nbest[0]!.places).toEqual([{ doc_span_index: 0, start: 4, end: 6 }])
    expect(stepOf(way, 'score')).toEqual({
      kind: 'score',
      stage: 'evaluate',
      exact: 1,
      f1: 1,
      prediction: { text: 'The Normans', normalized: 'normans' },
      golds: [{ text: 'Normans', normalized: 'normans', exact: 1, f1: 1 }],
    })
  })

  it('says what keeps the accepted answer from being predicted: its length', async () => {
    const way = await evaluated('The Normans', pointing(5, 6), 2)
    expect(stepOf(way, 'predictions').obstacle).toBe(undefined)
    const longer = await evaluated('Normans came from', pointing(5, 6), 2)
    expect(stepOf(longer, 'predictions').obstacle).toBe(
      'each accepted answer has at least 4 pieces, more than max_answer_length 2',
    )
  })

  it('says what keeps the accepted answer from being predicted: the windows', async () => {
    const way = await evaluated('came from the north in 911, and stayed', pointing(4, 6))
    expect(stepOf(way, 'predictions').obstacle).toBe(
      'no window in which an accepted answer may begin holds it to its end',
    )
  })

  it('in v2.0 shows the score of no answer, and compares with nothing where that is right', async () => {
    const data = squad(context, { id: 'q', answers: [], none: true })
    const made = await make(data, { for: 'evaluation', v2: true, vocab, lengths })
    const predictions = predict(made, pointing(4, 6, 1))
    const results = [...keptData(made), ...keptPredictions(predictions, { null_score_diff_threshold: 0 })]
    const [way] = await traceQuestion('q', results)
    expect(stepOf(way, 'predictions')).toMatchObject({
      prediction: 'The Normans',
      null_odds: -8,
      null_score_diff_threshold: 0,
    })
    expect(stepOf(way, 'score')).toMatchObject({
      exact: 0,
      f1: 0,
      golds: [{ text: '', normalized: '', exact: 0, f1: 0 }],
    })
  })
})

describe.runIf(hasShared)('real data', () => {
  it('has the windows of the oracle', async () => {
    const data = sharedJson('data/squad-train-v1.1-44-articles.json.gz')
    const { examples, pieces, windows } = await make(data, {
      vocab: sharedBytes('vocab/bert-base-uncased-vocab.txt').toString(),
      lengths: [384, 128, 64],
    })
    const lines = sharedBytes('oracle/squad-train-v1.1-44-articles.first-40.jsonl.gz').toString().trim().split('\n')
    const records = lines.map(line => JSON.parse(line))
    const found = []
    for (const index of [...new Set(records.map(record => record.example_index))].slice(0, 5)) {
      const [way] = await traceQuestion(examples.ids[index]!, keptData({ examples, pieces, windows }))
      found.push(...stepOf(way, 'windows').windows.map(({ tokens, label }) => ({ tokens, label })))
    }
    expect(found).toEqual(
      records
        .slice(0, found.length)
        .map(({ tokens, start_position, end_position }) => ({ tokens, label: [start_position, end_position] })),
    )
  })
})
