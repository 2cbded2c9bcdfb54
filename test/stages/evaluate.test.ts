import { type Examples, type Predictions, readExamples } from 'sluice/squad'
import { checkStage, testStage } from 'sluice/testing'
import { describe, expect, it } from 'vitest'
import evaluate from '../../stages/evaluate.ts'
import { casePath, caseText } from '../squad/case.ts'

/** Questions `a`, `b` … with these accepted answers. */
const examplesOf = (answers: readonly (readonly string[])[], version_2_with_negative = false) =>
  readExamples(
    {
      data: [
        {
          paragraphs: [
            {
              context: 'the blue river',
              qas: answers.map((accepted, at) => ({
                id: 'abcdefgh'[at],
                question: 'What?',
                answers: accepted.map(text => ({ text, answer_start: 0 })),
              })),
            },
          ],
        },
      ],
    },
    { for: 'evaluation', version_2_with_negative },
    'dev.json',
  ).examples

const predictionsOf = (answers: Readonly<Record<string, string>>, null_odds?: Readonly<Record<string, number>>) => ({
  version_2_with_negative: null_odds !== undefined,
  answers: new Map(Object.entries(answers)),
  nbest: new Map(Object.keys(answers).map(id => [id, []])),
  ...(null_odds && { null_odds: new Map(Object.entries(null_odds)) }),
})

const run = (inputs: { readonly examples: Examples; readonly predictions: Predictions }, config: object = {}) =>
  testStage(evaluate, { config: { ...config }, inputs })

const rivers = [['river'], ['the blue river', 'river'], ['blue']]

describe('a run', () => {
  it('scores v1.1 predictions, and shows two figures', async () => {
    const { outputs, results, warnings } = await run({
      examples: examplesOf(rivers),
      predictions: predictionsOf({ a: 'River.', b: 'the river', c: 'blue river' }),
    })
    expect(outputs.metrics).toEqual({
      exact_match: 200 / 3,
      f1: (100 * (1 + 1 + 2 / 3)) / 3,
      total: 3,
      missing: [],
      extra: [],
    })
    expect([results, warnings]).toEqual([{ exact_match: 66.67, f1: 88.89 }, []])
  })

  it('scores v2.0 predictions, with the best thresholds', async () => {
    const { outputs, results } = await run({
      examples: examplesOf([['river'], []], true),
      predictions: predictionsOf({ a: 'river', b: 'blue' }, { a: -2, b: -1 }),
    })
    expect(outputs.metrics).toEqual({
      exact: 50,
      f1: 50,
      total: 2,
      HasAns_exact: 100,
      HasAns_f1: 100,
      HasAns_total: 1,
      NoAns_exact: 0,
      NoAns_f1: 0,
      NoAns_total: 1,
      best_exact: 100,
      best_exact_thresh: -2,
      best_f1: 100,
      best_f1_thresh: -2,
      missing: [],
      extra: [],
    })
    expect(results).toEqual({ exact_match: 50, f1: 50 })
  })

  it.each([
    [
      { a: 'river', b: 'river', x: 'y' },
      [
        '1 question has no prediction and counts as wrong: c',
        '1 prediction is for no question of the data and does not count: x',
      ],
    ],
    [
      { u: '', v: '', w: '', x: '', y: '', z: '' },
      [
        '3 questions have no prediction and count as wrong: a, b, c',
        '6 predictions are for no question of the data and do not count: u, v, w, x, y and 1 more',
      ],
    ],
  ])('warns of what does not fit: %j', async (answers, expected) => {
    const { warnings } = await run({ examples: examplesOf(rivers), predictions: predictionsOf(answers) })
    expect(warnings).toEqual(expected)
  })

  it('has the figures of the official script where predictions are missing (case 47)', async () => {
    const read = (name: string) => JSON.parse(caseText('47-missing-predictions', name))
    const { examples } = readExamples(
      read('data.json'),
      { for: 'evaluation', version_2_with_negative: false },
      casePath('47-missing-predictions', 'data.json'),
    )
    const { results, warnings } = await run({ examples, predictions: predictionsOf(read('predictions.json')) })
    expect(results).toEqual({ exact_match: 50, f1: 66.67 })
    expect(warnings).toEqual([
      '1 question has no prediction and counts as wrong: d',
      '1 prediction is for no question of the data and does not count: extra',
    ])
  })

  it.each([
    [
      'predictions by other rules',
      examplesOf(rivers),
      predictionsOf({}, {}),
      {},
      {
        code: 'version-mismatch',
        message:
          'The predictions were made with version_2_with_negative: true, the examples were read with version_2_with_negative: false.',
        hint: 'Take both from the same `read` stage.',
      },
    ],
    [
      'another flag than the data was read with',
      examplesOf(rivers),
      predictionsOf({}),
      { version_2_with_negative: true },
      {
        code: 'version-mismatch',
        message: 'version_2_with_negative is true here, but the examples were read with false.',
        hint: 'Leave it out here: what `read` recorded is used.',
      },
    ],
    [
      'v1.1 data without answers',
      examplesOf([['river'], [], [], []]),
      predictionsOf({ a: 'river' }),
      {},
      {
        code: 'no-answers',
        message: 'Expected an accepted answer of every question to score it by; 3 of 4 questions have none: b, c, d.',
        hint: 'A test set is published without answers: it can be predicted on, not scored. Data of SQuAD v2.0 is read with `version_2_with_negative: true`.',
      },
    ],
    [
      'v1.1 data of one question without an answer',
      examplesOf([[]]),
      predictionsOf({}),
      {},
      {
        code: 'no-answers',
        message: 'Expected an accepted answer of every question to score it by; 1 of 1 question has none: a.',
        hint: 'A test set is published without answers: it can be predicted on, not scored. Data of SQuAD v2.0 is read with `version_2_with_negative: true`.',
      },
    ],
  ])('refuses %s', async (_, examples, predictions, config, problem) => {
    await expect(run({ examples, predictions }, config)).rejects.toMatchObject({ problem })
  })
})

describe('check', () => {
  const check = async (config: object, recorded?: boolean) => {
    const fact = { value: recorded ?? false, stage: 'read-dev', where: 'x.yaml:4' }
    const facts = recorded === undefined ? {} : { examples: { version_2_with_negative: fact } }
    return (await checkStage(evaluate, { config: { ...config }, facts })).problems
  }

  it.each([
    [{}, true],
    [{ version_2_with_negative: true }, true],
    [{ version_2_with_negative: true }, undefined],
  ])('accepts %j where the data is read with %s', async (config, recorded) => {
    expect(await check(config, recorded)).toEqual([])
  })

  it('refuses another flag than the data is read with', async () => {
    expect(await check({ version_2_with_negative: true }, false)).toEqual([
      {
        code: 'version-mismatch',
        at: '/version_2_with_negative',
        message: 'version_2_with_negative is true here, but the stage "read-dev" (x.yaml:4) reads the data with false.',
        hint: 'Leave it out here: what `read` recorded is used.',
      },
    ])
  })
})
