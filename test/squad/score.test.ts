import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { f1, normalizeAnswer } from '../../src/squad/answer-text.ts'
import { type Gold, scoreV1, scoreV2 } from '../../src/squad/score.ts'
import { hasShared, sharedJson } from '../shared.ts'

interface SquadFile {
  data: { paragraphs: { qas: { id: string; answers: { text: string }[] }[] }[] }[]
}
const golds = (file: SquadFile): Gold[] =>
  file.data.flatMap(article =>
    article.paragraphs.flatMap(paragraph =>
      paragraph.qas.map(({ id, answers }) => ({ id, answers: answers.map(answer => answer.text) })),
    ),
  )
const predictions = (object: Record<string, string>) => new Map(Object.entries(object))

describe('normalizeAnswer', () => {
  it.each([
    ['The  Old City!', 'old city'],
    ['a caña an the', 'caña'],
    ['à la carte', 'à la carte'],
    ['U.S.A.', 'usa'],
    ['10\u00a0000', '10 000'],
    ['\ufeffthe', '\ufeff'],
    ['theatre', 'theatre'],
    ['a', ''],
  ])('%j → %j', (text, normalized) => expect(normalizeAnswer(text)).toBe(normalized))
})

describe('f1', () => {
  it.each([
    ['blue river', 'the river', true, 2 / 3],
    ['x x y', 'x y y', true, 2 / 3],
    ['', '', true, 1],
    ['', '', false, 0],
    ['the', 'an', true, 1],
    ['x', '', true, 0],
    ['x', 'y', true, 0],
  ])('%j against %j', (prediction, answer, emptyAgrees, score) =>
    expect(f1(prediction, answer, emptyAgrees)).toBeCloseTo(score, 12),
  )
})

describe('scoreV1', () => {
  it('counts missing predictions as wrong, and names them and the extra ones (case 47)', () => {
    const read = (name: string) =>
      JSON.parse(readFileSync(new URL(`../cases/47-missing-predictions/${name}`, import.meta.url), 'utf8'))
    const { exact_match, f1, ...rest } = scoreV1(golds(read('data.json')), predictions(read('predictions.json')))
    expect(exact_match).toBeCloseTo(50, 9)
    expect(f1).toBeCloseTo(66.66666666666666, 9)
    expect(rest).toEqual({ total: 4, missing: ['d'], extra: ['extra'] })
  })

  it('scores nothing as 0', () =>
    expect(scoreV1([], new Map())).toEqual({ exact_match: 0, f1: 0, total: 0, missing: [], extra: [] }))

  it.runIf(hasShared)('scores a published prediction file as published', () => {
    const scores = scoreV1(
      golds(sharedJson('data/squad-dev-v1.1.json.gz')),
      predictions(sharedJson('data/squad-dev-v1.1-predictions-bert-ensemble.json.gz')),
    )
    expect(scores.exact_match).toBeCloseTo(86.206244087, 9)
    expect(scores.f1).toBeCloseTo(92.1955797835, 9)
    expect(scores.total).toBe(10570)
  })
})

describe('scoreV2', () => {
  const questions: Gold[] = [
    { id: 'has', answers: ['blue river'] },
    { id: 'none', answers: [] },
    { id: 'article', answers: ['the'] },
    { id: 'lost', answers: ['x'] },
  ]
  it('has the figures of both classes, and counts a missing prediction as wrong', () =>
    expect(scoreV2(questions, predictions({ has: 'river', none: '', article: '', more: 'y' }))).toEqual({
      exact: 50,
      f1: 100 * ((2 / 3 + 1 + 1) / 4),
      total: 4,
      HasAns_exact: 100 / 3,
      HasAns_f1: 100 * ((2 / 3 + 1) / 3),
      HasAns_total: 3,
      NoAns_exact: 100,
      NoAns_f1: 100,
      NoAns_total: 1,
      missing: ['lost'],
      extra: ['more'],
    }))

  it('finds no threshold at which a missing prediction counts as right', () => {
    const odds = new Map([
      ['has', -1],
      ['none', 2],
    ])
    const all: Gold[] = [...questions, { id: 'silent', answers: [] }]
    expect(scoreV2(all, predictions({ has: 'blue river', none: 'x', article: 'y' }), odds)).toMatchObject({
      exact: 20,
      NoAns_exact: 0,
      best_exact: 40,
      best_exact_thresh: -1,
      best_f1: 40,
      best_f1_thresh: -1,
    })
  })

  it.runIf(hasShared).each(['predict-v1.1', 'predict-v2.0'])('agrees with the official script on %s', name => {
    const file = sharedJson<SquadFile>(`oracle/${name}/examples.json`)
    const expected = sharedJson<Record<string, number | Record<string, number>>>(`oracle/${name}/metrics.json`)
    const answers = predictions(sharedJson(`oracle/${name}/predictions.json`))
    const v2 = name === 'predict-v2.0'
    const odds = v2
      ? new Map(Object.entries(sharedJson<Record<string, number>>(`oracle/${name}/null_odds.json`)))
      : undefined
    const scores: Record<string, unknown> = v2
      ? { ...scoreV2(golds(file), answers, odds) }
      : { ...scoreV1(golds(file), answers) }
    for (const [key, value] of flatten(expected))
      expect(scores[key === 'exact' && !v2 ? 'exact_match' : key], key).toBeCloseTo(value, 9)
  })
})

const flatten = (metrics: Record<string, number | Record<string, number>>): [string, number][] =>
  Object.entries(metrics).flatMap(([key, value]) =>
    typeof value === 'number'
      ? [[key, value] as [string, number]]
      : Object.entries(value).map(([k, v]): [string, number] => [`${key}_${k}`, v]),
  )
