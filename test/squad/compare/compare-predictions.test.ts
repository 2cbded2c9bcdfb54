import { describe, expect, it } from 'vitest'
import { bootstrapInterval } from '../../../src/squad/bootstrap.ts'
import { evaluationComparison } from '../../../src/squad/compare/compare-evaluations.ts'
import { type Answered, comparePredictions, drawn } from '../../../src/squad/compare/compare-predictions.ts'
import { readExamples } from '../../../src/squad/read-examples.ts'
import { scorePredictions } from '../../../src/squad/score-predictions.ts'
import { hasShared, sharedJson } from '../../shared.ts'
import { squad } from '../kept.ts'

type Asked = readonly [id: string, gold: readonly string[], prediction?: string]

const answered = (questions: readonly Asked[], v2 = false): Answered => ({
  examples: readExamples(
    squad(
      'a b c',
      ...questions.map(([id, gold]) => ({
        id,
        answers: gold.map(text => [text, -1] as const),
        none: gold.length === 0,
      })),
    ),
    { for: 'evaluation', version_2_with_negative: v2 },
    'data.json',
  ).examples,
  predictions: {
    version_2_with_negative: v2,
    answers: new Map(questions.flatMap(([id, , text]) => (text === undefined ? [] : [[id, text]]))),
    nbest: new Map(),
  },
})

/** The interval of differences: `bootstrapInterval` has tests of its own. */
const intervalOf = (differences: readonly number[]) => {
  const { low, high } = bootstrapInterval(differences, drawn)
  return { low, high }
}

describe('comparePredictions', () => {
  it('counts what flipped in both directions, and gives the difference', () => {
    const a = answered([
      ['1', ['b c'], 'b c'],
      ['2', ['b c'], 'b'],
      ['3', ['b'], 'b'],
      ['4', ['c'], 'c'],
      ['5', ['c']],
    ])
    const b = answered([
      ['1', ['b c'], 'c'],
      ['2', ['b c'], 'b c'],
      ['3', ['b'], 'b'],
      ['4', ['c'], 'the C.'],
      ['5', ['c'], 'c'],
    ])
    const { groups, right_to_wrong, wrong_to_right, only_in_a, only_in_b } = comparePredictions(a, b)
    expect([only_in_a, only_in_b]).toEqual([0, 0])
    expect(groups).toEqual([
      {
        name: 'all',
        questions: 5,
        exact: { a: 60, b: 80, difference: 20, ...intervalOf([-100, 100, 0, 0, 100]) },
        f1: {
          a: expect.closeTo(73.333),
          b: expect.closeTo(93.333),
          difference: expect.closeTo(20),
          ...intervalOf([100 * (2 / 3 - 1), 100 * (1 - 2 / 3), 0, 0, 100]),
        },
        right_to_wrong: 1,
        wrong_to_right: 2,
      },
    ])
    expect(right_to_wrong).toEqual([
      { id: '1', question: 'who ?', gold: ['b c'], a: { answer: 'b c', f1: 1 }, b: { answer: 'c', f1: 2 / 3 } },
    ])
    expect(wrong_to_right.map(({ id, a, b }) => [id, a.answer, b.answer])).toEqual([
      ['2', 'b', 'b c'],
      ['5', null, 'c'],
    ])
  })

  it('pairs questions by id, and leaves out those that are not the same in both', () => {
    const a = answered([['1', ['b'], 'b'], ['2', ['b'], 'b'], ['3', ['b'], 'b']]) // biome-ignore format: a row a question
    const b = answered([['3', ['b'], 'c'], ['2', ['c'], 'c'], ['4', ['b'], 'b'], ['5', ['b'], 'b']]) // biome-ignore format: as above
    const record = comparePredictions(a, b)
    expect([record.groups[0]!.questions, record.only_in_a, record.only_in_b]).toEqual([1, 2, 3])
    expect(record.right_to_wrong.map(({ id }) => id)).toEqual(['3'])
  })

  it('of v2.0 compares questions with and without an answer apart', () => {
    const a = answered([['1', ['b'], 'b'], ['2', [], 'b']], true) // biome-ignore format: a row a question
    const b = answered([['1', ['b'], ''], ['2', [], '']], true) // biome-ignore format: as above
    const { groups } = comparePredictions(a, b)
    expect(groups.map(({ name, questions, exact }) => [name, questions, exact.a, exact.b])).toEqual([
      ['all', 2, 50, 50],
      ['has_answer', 1, 100, 0],
      ['no_answer', 1, 0, 100],
    ])
  })

  it('has no flips and no width of runs that are equal', () => {
    const a = answered([['1', ['b'], 'b'], ['2', ['b'], 'c']]) // biome-ignore format: a row a question
    const { groups, right_to_wrong, wrong_to_right } = comparePredictions(a, a)
    expect(groups[0]!.f1).toEqual({ a: 50, b: 50, difference: 0, low: 0, high: 0 })
    expect([right_to_wrong, wrong_to_right]).toEqual([[], []])
  })
})

it('is told in a few lines, and has all flips in the record', async () => {
  const ids = Array.from({ length: 7 }, (_, i) => String(i))
  const sides = ['b', 'c'].map(prediction => {
    const { examples, predictions } = answered(ids.map(id => [id, ['b'], prediction] as const))
    const inputs = {
      examples: { kind: 'examples', read: async () => examples },
      predictions: { kind: 'predictions', read: async () => predictions },
    }
    return { config: {}, inputs, outputs: {} }
  })
  const { sections, record } = (await evaluationComparison.compare(sides[0]!, sides[1]!))!
  expect((record as { right_to_wrong: unknown[] }).right_to_wrong.length).toBe(7)
  expect(sections.slice(0, 3)).toEqual([
    {
      title: '7 questions in common',
      rows: [
        ['exact match', '100.00 → 0.00  -100.00 (-100.00 to -100.00)'],
        ['F1', '100.00 → 0.00  -100.00 (-100.00 to -100.00)'],
        ['flips', '7 right → wrong, 0 wrong → right'],
      ],
    },
    { title: 'how it was compared', rows: [['interval', '95 %, paired bootstrap over questions, 10,000 resamples']] },
    {
      title: ['right → wrong: ', { style: 'strong', text: '0' }],
      rows: [
        ['question', 'who ?'],
        ['right', '“b”'],
        ['A', '“b”  F1 1.00'],
        ['B', '“c”  F1 0.00'],
      ],
    },
  ])
  expect(sections.at(-1)).toEqual({ title: 'right → wrong: 2 other questions (--json has all)', rows: [] })
  expect(await evaluationComparison.compare({ ...sides[0]!, inputs: {} }, sides[1]!)).toBe(undefined)
})

describe.runIf(hasShared)('real predictions', () => {
  it('have the scores of the official script', () => {
    const settings = { for: 'evaluation', version_2_with_negative: false } as const
    const { examples } = readExamples(sharedJson('data/squad-dev-v1.1.json.gz'), settings, 'dev.json')
    const file = sharedJson<Record<string, string>>('data/squad-dev-v1.1-predictions-bert-ensemble.json.gz')
    const predictions = { version_2_with_negative: false, answers: new Map(Object.entries(file)), nbest: new Map() }
    const worse = {
      ...predictions,
      answers: new Map(Object.entries(file).map(([id, text], i) => [id, i % 100 === 0 ? '?' : text])),
    }
    const { groups } = comparePredictions(
      { examples, predictions },
      { examples, predictions: worse },
      { ...drawn, resamples: 500 },
    )
    const [one, other] = [predictions, worse].map(each => scorePredictions(examples, each))
    const { exact, f1 } = groups[0]!
    expect({ ea: exact.a, eb: exact.b, fa: f1.a, fb: f1.b }).toEqual({
      ea: expect.closeTo((one as { exact_match: number }).exact_match, 9),
      eb: expect.closeTo((other as { exact_match: number }).exact_match, 9),
      fa: expect.closeTo(one!.f1, 9),
      fb: expect.closeTo(other!.f1, 9),
    })
    expect([
      exact.difference < -0.7,
      exact.low < exact.difference,
      exact.high > exact.difference,
      exact.high < 0,
    ]).toEqual([true, true, true, true])
  })
})
