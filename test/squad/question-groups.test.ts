import { describe, expect, it } from 'vitest'
import { byAnswerLength, byContextLength, byQuestionKind, countWords } from '../../src/squad/question-groups.ts'

describe('questions in groups', () => {
  it('by what they ask for, in one order, without kinds of which there are none', () => {
    expect(byQuestionKind({ questions: ['Why?', 'Name it.', 'What?', 'Why not?'] })).toEqual([
      { label: 'what', members: [2] },
      { label: 'why', members: [0, 3] },
      { label: 'other', members: [1] },
    ])
  })

  it('by the words of the shortest accepted answer', () => {
    const answers = [['the blue river', 'river'], [], ['a b'], ['a b c d e'], Array(1).fill('a '.repeat(11)), ['长江']]
    expect(byAnswerLength({ answers })).toEqual([
      { label: 'no answer', members: [1] },
      { label: '1 word', members: [0] },
      { label: '2 words', members: [2, 5] },
      { label: '4 to 5 words', members: [3] },
      { label: 'more than 10 words', members: [4] },
    ])
  })

  it('by the words of the context, in four parts of like size', () => {
    const contexts = ['a', 'a b', 'a b c', 'a b c d e']
    expect(byContextLength({ contexts, context: Int32Array.of(3, 0, 1, 2) })).toEqual([
      { label: 'up to 1 word', members: [1] },
      { label: '2 words', members: [2] },
      { label: '3 words', members: [3] },
      { label: '4 to 5 words', members: [0] },
    ])
  })

  it('by the words of the context, where most are alike', () => {
    expect(byContextLength({ contexts: ['a b'], context: Int32Array.of(0, 0, 0) })).toEqual([
      { label: 'up to 2 words', members: [0, 1, 2] },
    ])
    expect(byContextLength({ contexts: [], context: new Int32Array(0) })).toEqual([])
  })
})

it.each([
  ['the blue river', 3],
  ['  ', 0],
  ['', 0],
  ['长江 is 6,300 km', 5],
  ['カタカナ', 4],
])('%j has %i words', (text, words) => expect(countWords(text)).toBe(words))
