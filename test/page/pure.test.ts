import { describe, expect, it } from 'vitest'
import { type Filter, searcher, showsFor } from '../../src/page/browser/filter.ts'
import { type MarkedPart, markedParts } from '../../src/page/browser/marked-text.ts'
import { layOut } from '../../src/page/browser/pipeline-layout.ts'
import type { Questions } from '../../src/page/page-data.ts'
import { placeOf, textOf } from '../../src/page/place.ts'
import { thinLog } from '../../src/page/thin-log.ts'

describe('where an answer stands in its context', () => {
  it.each([
    ['', 'a river', ['']],
    ['river', 'a river', [2, 5]],
    ['lake', 'a river', ['lake']],
    // As words of its own before as a part of one.
    ['he', 'the hero, he said', [10, 2]],
    ['19', '1900, 19', [6, 2]],
    ['er', 'a river', [5, 2]],
    ['he', 'xhe', [1, 2]],
    ['江', '长江', [1, 1]],
    ['.', 'a. b', [1, 1]],
  ])('%j in %j', (text, context, place) => {
    expect(placeOf(text, context)).toEqual(place)
    expect(textOf(placeOf(text, context), context)).toBe(text)
  })
})

describe('a context with its answers marked', () => {
  const context = 'the blue river ends'
  const words = ({ text, marks }: MarkedPart) =>
    `${marks.includes('accepted') ? 'a' : '-'}${marks.includes('predicted') ? 'p' : '-'} ${text}`
  it.each([
    ['nothing', [], null, ['-- the blue river ends']],
    ['no answer, and one that is not in it', [['lake']], [''], ['-- the blue river ends']],
    ['one', [[4, 4]], null, ['-- the ', 'a- blue', '--  river ends']],
    ['both in one place', [[4, 4]], [4, 4], ['-- the ', 'ap blue', '--  river ends']],
    ['one within the other', [[0, 14]], [4, 4], ['a- the ', 'ap blue', 'a-  river', '--  ends']],
    [
      'side by side, to the end',
      [
        [0, 3],
        [9, 5],
      ],
      [15, 4],
      ['a- the', '--  blue ', 'a- river', '--  ', '-p ends'],
    ],
  ] as const)('%s', (_, accepted, predicted, parts) => {
    const found = markedParts(context, { accepted, predicted: predicted ? [predicted] : [] })
    expect(found.map(words)).toEqual(parts)
    expect(found.map(({ text }) => text).join('')).toBe(context)
  })
})

describe('the filter of questions', () => {
  const questions: Questions = {
    version_2_with_negative: true,
    contexts: ['Rivers flow.', 'Lakes lie.'],
    ids: ['q0', 'q1', 'q2', 'q3'],
    questions: ['What flows?', 'Who lies?', 'What is STILL?', 'Which?'],
    context: [0, 1, 1, 0],
    kinds: ['what', 'who', 'which'],
    kind: [0, 1, 0, 2],
    answers: [[[0, 6]], [[0, 5]], [], [['sea']]],
    predictions: [[0, 6], [''], ['lie'], null],
    f1: [100, 0, 50, 0],
    exact: [1, 0, 0, 0],
  }
  const all: Filter = { text: '', show: 'all', kind: '', least: 0, most: 100 }
  it.each([
    [{}, [0, 1, 2, 3]],
    [{ text: 'still' }, [2]],
    [{ text: ' LAKES ' }, [1, 2]],
    [{ text: 'q3' }, [3]],
    [{ text: '<script>' }, []],
    [{ show: 'wrong' }, [1, 2, 3]],
    [{ show: 'right' }, [0]],
    [{ show: 'partly' }, [2]],
    [{ show: 'predicted none' }, [1]],
    [{ show: 'has none' }, [2]],
    [{ show: 'missing' }, [3]],
    [{ kind: 'what' }, [0, 2]],
    [{ least: 50 }, [0, 2]],
    [{ most: 50 }, [1, 2, 3]],
    [{ kind: 'what', show: 'wrong', text: 'lakes' }, [2]],
  ] as const)('%j', (filter, found) => {
    expect(searcher(questions)({ ...all, ...filter })).toEqual(found)
  })

  it('offers what there is', () => {
    expect(showsFor(questions)).toEqual(['all', 'wrong', 'right', 'partly', 'predicted none', 'has none', 'missing'])
    const { f1: _, exact: __, ...unscored } = questions
    expect(
      showsFor({
        ...unscored,
        predictions: [
          [0, 1],
          [0, 1],
          [0, 1],
          [0, 1],
        ],
        answers: [[], [], [], []],
      }),
    ).toEqual(['all', 'has none'])
  })
})

describe('a log with fewer points', () => {
  const step = (step: number, loss: number) => ({
    step,
    epoch: step / 10,
    loss,
    learning_rate: 1 / step,
    grad_norm: 2 * loss,
  })
  it('stays as it is where it has no more', () => {
    expect(thinLog([step(1, 4), step(2, 2)], 2)).toEqual([step(1, 4), step(2, 2)])
    expect(thinLog([], 2)).toEqual([])
  })
  it('has means of neighbours, and every evaluation', () => {
    const evaluation = { step: 2, epoch: 0.2, eval_f1: 50 }
    expect(thinLog([step(1, 4), step(2, 2), evaluation, step(3, 1)], 2)).toEqual([
      { ...step(2, 3), learning_rate: 1 / 2 },
      evaluation,
      step(3, 1),
    ])
  })
})

describe('the stages as they are drawn', () => {
  const stage = (name: string, after: string[], inputs: string[] = after) => ({
    ...{ name, uses: name, summary: '', status: 'ran' as const, config: {}, warnings: [], results: {}, after },
    inputs: Object.fromEntries(inputs.map(each => [each, { stage: each, port: 'out' }])),
  })
  it('each below all that it waits for, in the column of what is before it on the longest way', () => {
    const { stages, links, depth, lanes } = layOut([
      stage('read', []),
      stage('read-dev', []),
      stage('span', ['read']),
      stage('span-dev', ['read-dev']),
      stage('train', ['span']),
      stage('predict', ['train', 'span-dev']),
      stage('say', ['predict'], []),
    ])
    expect(stages.map(({ stage, depth, lane }) => [stage.name, depth, lane])).toEqual([
      ['read', 0, 0],
      ['read-dev', 0, 1],
      ['span', 1, 0],
      ['span-dev', 1, 1],
      ['train', 2, 0],
      ['predict', 3, 0],
      ['say', 4, 0],
    ])
    expect(links.filter(({ data }) => !data).map(({ from, to }) => `${from.stage.name} ${to.stage.name}`)).toEqual([
      'predict say',
    ])
    expect([links.length, depth, lanes]).toEqual([6, 5, 2])
  })
  it('none', () => expect(layOut([])).toEqual({ stages: [], links: [], depth: 0, lanes: 1 }))
})
