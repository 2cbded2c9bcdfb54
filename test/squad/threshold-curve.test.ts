import { describe, expect, it } from 'vitest'
import { thresholdCurve } from '../../src/squad/threshold-curve.ts'

const best = (text: string) => [{ text, probability: 1, start_logit: 0, end_logit: 0 }]

/** Four questions, of which `c` has no answer. */
const examples = { ids: ['a', 'b', 'c', 'd'], answers: [['river'], ['blue lake'], [], ['sea']] }
const nbest = new Map([
  ['a', [...best(''), ...best('river')]],
  ['b', best('lake')],
  ['c', best('stone')],
  ['d', best('')],
])

describe('scores by threshold', () => {
  it('from nothing answered to all answered, by the best answer that is one', () => {
    const null_odds = new Map([
      ['a', -3],
      ['b', 0],
      ['c', 2],
      ['d', 5],
    ])
    // At first c alone is right; then a, two thirds of b's words, no longer c; d has no answer to give.
    expect(thresholdCurve(examples, { nbest, null_odds })).toEqual([
      { threshold: -4, exact: 25, f1: 25, answered: 0 },
      { threshold: -3, exact: 50, f1: 50, answered: 25 },
      { threshold: 0, exact: 50, f1: expect.closeTo(50 + 100 / 6, 10), answered: 50 },
      { threshold: 2, exact: 25, f1: expect.closeTo(25 + 100 / 6, 10), answered: 75 },
      { threshold: 5, exact: 25, f1: expect.closeTo(25 + 100 / 6, 10), answered: 100 },
    ])
  })

  it('takes equal odds together, and leaves out points where there are many', () => {
    const null_odds = new Map(examples.ids.map((id, index) => [id, index < 2 ? 1 : 2]))
    expect(thresholdCurve(examples, { nbest, null_odds }).map(({ threshold }) => threshold)).toEqual([0, 1, 2])
    const many = { ids: Array.from({ length: 1000 }, (_, index) => String(index)), answers: Array(1000).fill(['x']) }
    const odds = new Map(many.ids.map(id => [id, Number(id)]))
    const curve = thresholdCurve(many, { nbest: new Map(), null_odds: odds }, 10)
    expect(curve.map(({ threshold }) => threshold)).toEqual([-1, 99, 199, 299, 399, 499, 599, 699, 799, 899, 999])
  })

  it('is empty without odds, or without questions', () => {
    expect(thresholdCurve(examples, { nbest })).toEqual([])
    expect(thresholdCurve({ ids: [], answers: [] }, { nbest, null_odds: new Map() })).toEqual([])
  })
})
