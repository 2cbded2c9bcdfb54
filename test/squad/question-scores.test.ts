import { expect, it } from 'vitest'
import { questionScores, scoresByGroup } from '../../src/squad/question-scores.ts'
import { scoreV1, scoreV2 } from '../../src/squad/score.ts'

const ids = ['a', 'b', 'c', 'd']
const golds = [['river'], ['the blue river', 'lake'], ['sea'], []]
const predictions = new Map([
  ['a', 'River.'],
  ['b', 'blue'],
  ['d', ''],
])

it.each([true, false])('scores each question as the official rules score them all; version_2: %s', v2 => {
  const answers = v2 ? golds : golds.slice(0, 3)
  const asked = ids.slice(0, answers.length)
  const found = questionScores({ ids: asked, answers, version_2_with_negative: v2 }, { answers: predictions })
  expect(found.exact).toEqual(Float64Array.from(v2 ? [100, 0, 0, 100] : [100, 0, 0]))
  expect(found.f1[1]).toBeCloseTo((100 * 2) / 3, 10)
  const all = answers.map((accepted, index) => ({ id: asked[index]!, answers: accepted }))
  const total = v2 ? scoreV2(all, predictions) : scoreV1(all, predictions)
  expect(found.f1.reduce((sum, each) => sum + each, 0) / asked.length).toBeCloseTo(total.f1, 10)
})

it('gives the mean of each group and its interval', () => {
  const scores = { exact: Float64Array.of(100, 0, 100, 100), f1: Float64Array.of(100, 50, 100, 100) }
  const groups = [
    { label: 'one', members: [1] },
    { label: 'same', members: [0, 2, 3] },
  ]
  expect(scoresByGroup(scores, groups, { resamples: 100, seed: 1 })).toEqual([
    { label: 'one', questions: 1, exact: { mean: 0, low: 0, high: 0 }, f1: { mean: 50, low: 50, high: 50 } },
    { label: 'same', questions: 3, exact: { mean: 100, low: 100, high: 100 }, f1: { mean: 100, low: 100, high: 100 } },
  ])
})
