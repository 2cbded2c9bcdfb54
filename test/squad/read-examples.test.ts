import { describe, expect, it } from 'vitest'
import type { ExampleSettings } from '../../src/squad/examples.ts'
import { readExamples } from '../../src/squad/read-examples.ts'

const v1 = { for: 'training', version_2_with_negative: false } as const
const v2 = { for: 'training', version_2_with_negative: true } as const
const evaluation = { for: 'evaluation', version_2_with_negative: false } as const

const context = 'John Smith lived in the old city.'
const qa = (id: string, ...answers: readonly (readonly [text: string, answer_start: number])[]) => ({
  id,
  question: 'Who?',
  answers: answers.map(([text, answer_start]) => ({ text, answer_start })),
})
const squad = (qas: readonly unknown[], text: unknown = context) => ({
  data: [{ paragraphs: [{ context: text, qas }] }],
})
const read = (json: unknown, settings: ExampleSettings = v1) => readExamples(json, settings, 'train.json')
const problem = (json: unknown, settings: ExampleSettings = v1) => {
  try {
    read(json, settings)
  } catch (error) {
    return (error as { problem?: unknown }).problem ?? error
  }
  return 'no error'
}

describe('words of an answer', () => {
  it.each([
    ['in the middle', context, 'old city', 24, [5, 6]],
    ['early by one, on the space before', context, 'Smith', 4, [0, 1]],
    ['late by one', context, 'old city', 25, [5, 6]],
    ['reaching past the end', context, 'city.', 28, [6, 6]],
    ['part of a word', '(1895-1943)', '1895', 1, [0, 0]],
    ['after an emoji', '😀😀 ab cd', 'cd', 6, [2, 2]],
    ['its whitespace squeezed', 'a  b\r\nc d', 'a  b\r\nc', 0, [0, 2]],
    ['around a no-break space', 'a\u00a0b c', 'a\u00a0b', 0, undefined],
    ['with a no-break space at its end', 'ab c', 'ab\u00a0', 0, [0, 0]],
    ['with a byte-order mark at its end', 'ab c', 'ab\ufeff', 0, undefined],
    ['elsewhere', context, 'city', 0, undefined],
    ['in another case', context, 'john', 0, undefined],
    ['from before the first word', ' ab cd', ' ab', 0, undefined],
    ['from before the only word', ' ab', ' ab', 0, [0, 0]],
  ])('%s', (_, text, answer, start, words) => {
    const { examples, skipped } = read(squad([qa('q', [answer, start])], text))
    expect([...examples.start_word, ...examples.end_word]).toEqual(words ?? [])
    expect(skipped).toEqual(words ? [] : ['q'])
  })
})

describe('readExamples', () => {
  it('reads v1.1 for training', () => {
    const { examples, skipped } = read(squad([qa('a', ['John', 0]), qa('b', ['Paul', 0]), qa('c', ['city', 28])]))
    expect(examples).toEqual({
      ...v1,
      contexts: [context],
      ids: ['a', 'c'],
      questions: ['Who?', 'Who?'],
      context: Int32Array.of(0, 0),
      answers: [['John'], ['city']],
      start_word: Int32Array.of(0, 6),
      end_word: Int32Array.of(0, 6),
      is_impossible: Uint8Array.of(0, 0),
    })
    expect(skipped).toEqual(['b'])
  })

  it('reads v2.0 for training: an impossible question keeps no answer', () => {
    const qas = [
      { ...qa('a', ['John', 0]), is_impossible: false },
      { ...qa('b'), is_impossible: true, plausible_answers: [{ text: 'x', answer_start: 0 }] },
      { ...qa('c', ['nowhere', -1], ['at all', 1.5]), is_impossible: true },
    ]
    const { examples } = read(squad(qas), v2)
    expect(examples.ids).toEqual(['a', 'b', 'c'])
    expect(examples.answers).toEqual([['John'], [], []])
    expect(examples.start_word).toEqual(Int32Array.of(0, -1, -1))
    expect(examples.is_impossible).toEqual(Uint8Array.of(0, 1, 1))
  })

  it('reads for evaluation: all answers, no offsets', () => {
    const qas = [qa('a', ['John', -1], ['John Smith', 99]), { id: 'b', question: 'Why?' }, { ...qa('c', ['', 0]) }]
    const { examples, skipped } = read(squad(qas), evaluation)
    expect(examples.answers).toEqual([['John', 'John Smith'], [], ['']])
    expect(examples.start_word).toEqual(Int32Array.of(-1, -1, -1))
    expect(skipped).toEqual([])
  })

  it('keeps contexts that have questions', () => {
    const json = { data: [...squad([], 'none').data, ...squad([qa('a', ['x', 0])], 'x').data], version: 1 }
    expect(read(json).examples.contexts).toEqual(['x'])
  })

  it('makes half a surrogate pair U+FFFD, without moving what follows', () => {
    const { examples } = read(squad([qa('a', ['b\udc00', 2])], '\ud83d b\udc00'))
    expect([examples.contexts, examples.answers]).toEqual([['\ufffd b\ufffd'], [['b\ufffd']]])
    expect(examples.start_word).toEqual(Int32Array.of(1))
  })
})

const hint =
  'A SQuAD file is {"data": [{"paragraphs": [{"context": …, "qas": [{"id": …, "question": …, "answers": …}]}]}]}.'

describe('wrong shapes', () => {
  it.each([
    ['a list', [], 'Expected an object, found a list.', ''],
    ['null', null, 'Expected an object, found null.', ''],
    ['no data', { version: '1.1' }, 'Expected "data" to be a list, found nothing.', '/data'],
    ['data an object', { data: {} }, 'Expected "data" to be a list, found an object.', '/data'],
    ['an article a text', { data: ['x'] }, 'Expected an object, found the text "x".', '/data/0'],
    ['no paragraphs', { data: [{}] }, 'Expected "paragraphs" to be a list, found nothing.', '/data/0/paragraphs'],
    [
      'context a number',
      squad([], 7),
      'Expected "context" to be a text, found the number 7.',
      '/data/0/paragraphs/0/context',
    ],
    [
      'no qas',
      { data: [{ paragraphs: [{ context }] }] },
      'Expected "qas" to be a list, found nothing.',
      '/data/0/paragraphs/0/qas',
    ],
    ['no id', squad([{}]), 'Expected "id" to be a text, found nothing.', '/data/0/paragraphs/0/qas/0/id'],
    [
      'a numeric id',
      squad([qa('a', ['John', 0]), { ...qa(''), id: 12 }]),
      'Expected "id" to be a text, found the number 12.',
      '/data/0/paragraphs/0/qas/1/id',
    ],
    [
      'no question',
      squad([{ id: 'q' }]),
      'Question q: expected "question" to be a text, found nothing.',
      '/data/0/paragraphs/0/qas/0/question',
    ],
    [
      'no answers',
      squad([{ id: 'q', question: '' }]),
      'Question q: expected "answers" to be a list, found nothing.',
      '/data/0/paragraphs/0/qas/0/answers',
    ],
    [
      'an answer a text',
      squad([{ id: 'q', question: '', answers: ['John'] }]),
      'Question q: expected an object, found the text "John".',
      '/data/0/paragraphs/0/qas/0/answers/0',
    ],
    [
      'an offset a text',
      squad([{ id: 'q', question: '', answers: [{ text: 'John', answer_start: '0' }] }]),
      'Question q: expected "answer_start" to be a number, found the text "0".',
      '/data/0/paragraphs/0/qas/0/answers/0/answer_start',
    ],
    [
      'is_impossible a number',
      squad([{ ...qa('q'), is_impossible: 1 }]),
      'Question q: expected "is_impossible" to be true or false, found the number 1.',
      '/data/0/paragraphs/0/qas/0/is_impossible',
    ],
  ])('%s', (_, json, message, pointer) =>
    expect(problem(json)).toEqual({ code: 'not-squad', message, file: 'train.json', pointer, hint }),
  )
})

describe('broken rules: all offenders are counted, the first few named', () => {
  const first = { file: 'train.json', pointer: '/data/0/paragraphs/0/qas/0' }
  const startHint = '"answer_start" counts code points from 0; only `for: evaluation` reads answers without it.'
  it.each([
    [
      'repeated ids',
      squad([qa('a', ['John', 0]), qa('a', ['John', 0])]),
      v1,
      { code: 'repeated-id', message: '1 question has an id that was there before: a.' },
      '/data/0/paragraphs/0/qas/1',
    ],
    [
      'repeated ids in evaluation',
      squad([qa('a'), qa('b'), qa('a'), qa('b')]),
      evaluation,
      { code: 'repeated-id', message: '2 questions have ids that were there before: a, b.' },
      '/data/0/paragraphs/0/qas/2',
    ],
    [
      'offsets outside',
      squad([qa('a', ['John', -1]), qa('b', ['John', 1.5]), qa('c', ['John', 33])]),
      v1,
      {
        code: 'answer-start',
        message:
          '3 answers do not start inside the context: a (-1 of 33 characters), b (1.5 of 33 characters), c (33 of 33 characters).',
        hint: startHint,
      },
    ],
    [
      'empty answers',
      squad([qa('a', ['', 0])]),
      v1,
      { code: 'empty-answer', message: '1 answer is an empty text: a.' },
    ],
    [
      'no is_impossible',
      squad([qa('a', ['John', 0])]),
      v2,
      {
        code: 'no-flag',
        message: '1 question lacks "is_impossible": a.',
        hint: '"is_impossible" is required with `version_2_with_negative: true`; leave that out for a v1.1 file.',
      },
    ],
    [
      'a v2.0 file for evaluation, without the flag',
      squad([
        { ...qa('a'), is_impossible: true },
        { ...qa('b', ['John', 0]), is_impossible: false },
      ]),
      evaluation,
      {
        code: 'impossible',
        message: '1 question is marked "is_impossible": a.',
        hint: 'Questions without an answer are SQuAD v2.0: set `version_2_with_negative: true`.',
      },
    ],
    [
      'several rules, many offenders',
      squad([...Array.from({ length: 8 }, (_, i) => qa(`q${i}`)), qa('z', ['', -1])]),
      v1,
      {
        code: 'answer-count',
        message:
          '8 questions do not have exactly one answer: q0 (0 answers), q1 (0 answers), q2 (0 answers), q3 (0 answers), q4 (0 answers) and 3 more.\n' +
          '1 answer does not start inside the context: z (-1 of 33 characters).\n' +
          '1 answer is an empty text: z.',
        hint: `Questions without an answer are SQuAD v2.0: set \`version_2_with_negative: true\`.\n${startHint}`,
      },
    ],
    [
      'an answerable question without an answer',
      squad([{ ...qa('a'), is_impossible: false }]),
      v2,
      { code: 'answer-count', message: '1 question does not have exactly one answer: a (0 answers).' },
    ],
  ] as const)('%s', (_, json, settings, expected, pointer?: string) =>
    expect(problem(json, settings)).toEqual({ ...first, ...expected, ...(pointer !== undefined && { pointer }) }),
  )
})
