import { describe, expect, it } from 'vitest'
import { fitPage } from '../../src/page/fit-page.ts'
import { followQuestions } from '../../src/page/way-columns.ts'
import { wayTeller } from '../../src/page/whole-way.ts'
import type { RunRecord } from '../../src/plugin/run-record.ts'
import type { KeptResult } from '../../src/plugin/stage-command.ts'
import type { Predictions } from '../../src/squad/predictions.ts'
import { questionScores } from '../../src/squad/question-scores.ts'
import { traceQuestion } from '../../src/squad/trace/trace-question.ts'
import type { Way } from '../../src/squad/trace/trace-record.ts'
import { traceSections } from '../../src/squad/trace/trace-text.ts'
import { firstUniqueId } from '../../src/squad/window-parts.ts'
import { random } from '../random.ts'
import { hasShared, sharedBytes, sharedJson } from '../shared.ts'
import { keptData, keptPredictions, type Made, make, predict, squad } from '../squad/kept.ts'
import { unpack } from './unpack.ts'

/** What a run of the usual stages is told of them, and with which parameters `predict` ran. */
const runOf = (config: KeptResult['config']): RunRecord => {
  const stage = (name: string, inputs: RunRecord['stages'][number]['inputs'], config = {}) => ({
    ...{ name, uses: name, summary: '', status: 'ran' as const, after: [], warnings: [], results: {} },
    ...{ inputs, config },
  })
  const examples = { stage: 'read', port: 'examples' }
  return {
    pipeline: 'p',
    stages: [
      stage('read', {}),
      stage('tokenize', { examples }),
      stage('span', { pieces: { stage: 'tokenize', port: 'pieces' } }),
      stage('predict', { windows: { stage: 'span', port: 'windows' }, examples }, config),
      stage('evaluate', { predictions: { stage: 'predict', port: 'predictions' }, examples }),
    ],
  }
}

/** The same question's way as the command and as the page of a report has it. */
const bothWays = (made: Made, predictions: Predictions, config: KeptResult['config'] = {}) => {
  const { examples, windows } = made
  const run = runOf(config)
  const page = fitPage(
    { title: 'Ways', left_out: [] },
    {
      examples,
      predictions,
      scores: questionScores(examples, predictions),
      kinds: examples.ids.map(() => 'what'),
      followed: followQuestions(examples, windows, run),
    },
    Number.POSITIVE_INFINITY,
  )
  const { summary, questions, candidates, ways } = unpack(page)
  const tell = wayTeller(questions!, candidates!, ways!)
  const results = [...keptData(made), ...keptPredictions(predictions, config)]
  return {
    left_out: summary.left_out,
    cuts: ways!.cuts,
    of: async (id: string) => ({
      command: (await traceQuestion(id, results))[0],
      page: tell(questions!.ids.indexOf(id)),
    }),
  }
}

/** The command's record as far as a page holds it: the first candidates, numbers as they are written, each answer once, windows counted anew. */
const heldByPage = (way: Way | undefined): Omit<Way, 'file'> => {
  const { file: _, ...held } = way!
  return {
    ...held,
    steps: held.steps.map(step => {
      if (step.kind === 'examples') return { ...step, answers: [...new Set(step.answers)] }
      if (step.kind === 'score')
        return { ...step, golds: [...new Map(step.golds.map(gold => [gold.text, gold])).values()] }
      if (step.kind === 'windows')
        return { ...step, windows: step.windows.map((each, at) => ({ ...each, unique_id: firstUniqueId + at })) }
      if (step.kind !== 'predictions') return step
      const nbest = step.nbest.slice(0, 5).map(each => ({
        ...each,
        probability: Number((100 * each.probability).toFixed(1)) / 100,
        start_logit: Number(each.start_logit.toFixed(2)),
        end_logit: Number(each.end_logit.toFixed(2)),
      }))
      return { ...step, nbest, ...(step.null_odds !== undefined && { null_odds: Number(step.null_odds.toFixed(2)) }) }
    }),
  }
}

/** What a person reads, but for the file, of which a report does not know where it lies. */
const read = (id: string, way: Way | undefined) => {
  const { file: _, ...rest } = way!
  return traceSections(id, [rest])
}

const rounded = (way: Way | undefined): unknown =>
  JSON.parse(JSON.stringify(way, (_, value) => (typeof value === 'number' ? Number(value.toFixed(9)) : value)))

/** Logits that favour one span, and then others, in no order. */
const logits = (seed: number, windows: Made['windows'], favoured: readonly [number, number]) => {
  const next = random(seed)
  return (index: number) => {
    const length = windows.query_pieces.values.length + windows.doc_length[index]! + 3
    const scores = (best: number) => Array.from({ length }, (_, at) => (at === best ? 9 : 6 * next() - 3))
    return { start: scores(favoured[0]), end: scores(favoured[1]) }
  }
}

const vocab = [
  ...['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'who', 'where', '?', 'the', 'nor', '##mans', 'came', 'from'],
  ...[
    'north',
    'in',
    '911',
    '.',
    ',',
    '-',
    '(',
    ')',
    '£',
    '##5',
    'cafe',
    'stay',
    '##ed',
    '日',
    '本',
    'x',
    '##x',
    'a',
    '##b',
  ],
].join('\n')
const context =
  'The Normans  came from the (north) in 911, and [SEP] stayed\tin a Café-café; £5 日本 xxx ab zebra? \u0301 x\u200bx. The Normans came.'

describe('the page tells what the command tells', () => {
  const questions = [
    {
      id: 'right',
      answers: [
        ['The Normans', 0],
        ['Normans', 4],
        ['The Normans', 0],
      ],
    },
    { id: 'long', question: `where ${'who where the normans '.repeat(4)}?`, answers: [['911', 37]] },
    { id: 'unknown', question: 'who zebra [MASK] (Café) ?', answers: [['zebra', 83]] },
    { id: 'wide', answers: [['came from the (north) in 911, and [SEP] stayed\tin a Café-café; £5 日本 xxx', 13]] },
    { id: '__proto__', answers: [['日', 69]] },
    { id: 'not there', answers: [['nothing like it', 0]] },
  ] as const
  const prepared = async (lengths: readonly [number, number, number], max_answer_length: number) => {
    const made = await make(squad(context, ...questions), { for: 'evaluation', vocab, lengths })
    const config = { max_answer_length }
    return bothWays(made, predict(made, logits(1, made.windows, [9, 10]), config), config)
  }

  it.each([
    [[24, 6, 8], 30],
    [[24, 6, 8], 2],
    [[200, 64, 64], 30],
  ] as const)('windows of %j, answers of at most %i pieces', async (lengths, longest) => {
    const { left_out, of } = await prepared(lengths, longest)
    expect(left_out).toEqual([])
    for (const { id } of questions) {
      const { command, page } = await of(id)
      expect(rounded(page)).toEqual(rounded(heldByPage(command) as Way))
      expect(read(id, page)).toEqual(read(id, command))
    }
  })

  it('with little: of the words, only those that are more than their letters', async () => {
    const { cuts } = await prepared([24, 6, 8], 30)
    expect(cuts).toEqual({
      do_lower_case: true,
      parts: ['a b', 'nor mans', 'stay ed', 'x x x', '£ 5'],
      unknown: [';', 'and', 'zebra'],
      words: [
        ['[SEP]', '[SEP]'],
        ['x\u200bx.', 'x', '##x', '.'],
        ['[MASK]', '[MASK]'],
      ],
    })
  })

  it('in v2.0, with the score of no answer', async () => {
    const data = squad(
      context,
      { id: 'q', answers: [['The Normans', 0]], none: false },
      { id: 'n', answers: [], none: true },
    )
    const made = await make(data, { for: 'evaluation', v2: true, vocab, lengths: [24, 6, 8] })
    const config = { max_answer_length: 30, null_score_diff_threshold: 1.5 }
    const { of } = bothWays(made, predict(made, logits(2, made.windows, [0, 0]), config), config)
    for (const id of ['q', 'n']) {
      const { command, page } = await of(id)
      expect(rounded(page)).toEqual(rounded(heldByPage(command) as Way))
      expect(read(id, page)).toEqual(read(id, command))
    }
  })

  it('where it was lost: without a window, without a prediction', async () => {
    const data = squad('\u200b', { id: 'q', answers: [['x', -1]] })
    const made = await make(data, { for: 'evaluation', vocab, lengths: [24, 6, 8] })
    const none = { version_2_with_negative: false, answers: new Map(), nbest: new Map() }
    const { command, page } = await bothWays(made, none).of('q')
    expect(page!.lost).toEqual({
      stage: 'predict',
      code: 'no-prediction',
      why: 'there is no prediction for it; it counts as wrong',
    })
    expect(rounded(page)).toEqual(rounded(heldByPage(command) as Way))
  })
})

describe('what the page cannot tell', () => {
  it('is left out, and it says so: pieces that do not follow from the text', async () => {
    const data = squad(context, { id: 'q', answers: [['911', 37]] }, { id: 'r', answers: [['911', 37]] })
    const made = await make(data, { for: 'evaluation', vocab, lengths: [24, 6, 8] })
    const doc_start = made.windows.doc_start.map((start, at) => (at === 1 ? start + 1 : start))
    const other = { ...made, windows: { ...made.windows, doc_start } }
    const { left_out, of } = bothWays(other, predict(made, logits(1, made.windows, [9, 10])))
    expect(left_out).toEqual([
      'Of 1 of 2 questions the whole way is not told: a stage of your own cut them into pieces or windows, as this page cannot. `pipeline trace FILE --question ID` shows it.',
    ])
    expect([(await of('q')).page, (await of('r')).page?.steps.length]).toEqual([undefined, 5])
  })
})

describe.runIf(hasShared)('real data', () => {
  it.each([
    ['data/squad-dev-v1.1.json.gz', 'vocab/bert-base-uncased-vocab.txt', true],
    ['data/squad-dev-v1.1.json.gz', 'vocab/bert-base-cased-vocab.txt', false],
    ['data/xquad.ru.json', 'vocab/bert-base-multilingual-cased-vocab.txt.gz', false],
    ['data/drcd-dev.json.gz', 'vocab/bert-base-chinese-vocab.txt', true],
  ] as const)(
    '%s, cut by %s: every question can be told',
    async (data, words, lower) => {
      const vocab = sharedBytes(words).toString()
      const made = await make(sharedJson(data), { for: 'evaluation', vocab, lower, lengths: [384, 128, 64] })
      const { examples, windows } = made
      const predictions = {
        version_2_with_negative: false,
        answers: new Map(examples.ids.map((id, index) => [id, examples.answers[index]![0]!])),
        nbest: new Map(
          examples.ids.map((id, index) => [
            id,
            examples.answers[index]!.map(text => ({ text, probability: 0.25, start_logit: 1, end_logit: 2 })),
          ]),
        ),
      }
      const followed = followQuestions(examples, windows, undefined)
      expect(followed.isTold.filter(told => told === 0).length).toBe(0)
      const { of } = bothWays(made, predictions)
      for (let index = 0; index < examples.ids.length; index += Math.ceil(examples.ids.length / 20)) {
        const { command, page } = await of(examples.ids[index]!)
        expect(rounded(page)).toEqual(rounded(heldByPage(command) as Way))
      }
    },
    60_000,
  )
})
