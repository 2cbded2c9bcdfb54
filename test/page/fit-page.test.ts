import { describe, expect, it } from 'vitest'
import { fitPage } from '../../src/page/fit-page.ts'
import { type Followed, followQuestions } from '../../src/page/way-columns.ts'
import type { Examples } from '../../src/squad/examples.ts'
import { makeWindows } from '../../src/squad/make-windows.ts'
import { questionScores } from '../../src/squad/question-scores.ts'
import { tokenizeExamples } from '../../src/squad/tokenize-examples.ts'
import { parseVocabulary } from '../../src/squad/vocabulary.ts'
import { defaultWindowSettings } from '../../src/squad/window-layout.ts'
import { random } from '../random.ts'
import { unpack } from './unpack.ts'

const QUESTIONS = 100
const CANDIDATES = 12
const next = random(3)
const characters = '0123456789abcdefghijklmnopqrstuvwxyz'.split('')
/** Words that cannot be compressed much. */
const texts = Array.from({ length: QUESTIONS * 30 }, () => next().toString(36).slice(2, 10))
const contexts = Array.from({ length: QUESTIONS }, (_, index) => texts.slice(30 * index, 30 * index + 30).join(' '))
const ids = contexts.map((_, index) => `q${index}`)
const examples: Examples = {
  for: 'evaluation',
  version_2_with_negative: false,
  contexts,
  ids,
  questions: ids.map((_, index) => `What is ${texts[30 * index]}?`),
  context: Int32Array.from(ids, (_, index) => index),
  answers: contexts.map(context => [context.split(' ')[3]!]),
  start_word: new Int32Array(QUESTIONS).fill(-1),
  end_word: new Int32Array(QUESTIONS).fill(-1),
  is_impossible: new Uint8Array(QUESTIONS),
}
// Every tenth is wrong.
const predicted = contexts.map((context, index) => context.split(' ')[index % 10 === 0 ? 5 : 3]!)
const predictions = {
  version_2_with_negative: false,
  answers: new Map(ids.map((id, index) => [id, predicted[index]!])),
  nbest: new Map(
    ids.map((id, index) => {
      const list = contexts[index]!.split(' ').slice(0, CANDIDATES)
      return [
        id,
        list.map(text => ({ text, probability: 1 / CANDIDATES, start_logit: 9 * next(), end_logit: 9 * next() })),
      ]
    }),
  ),
}
const scores = questionScores(examples, predictions)
const vocabulary = parseVocabulary(
  ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...characters, ...characters.map(each => `##${each}`), '?'].join('\n'),
)
const { pieces } = await tokenizeExamples(examples, vocabulary, true)
const { windows } = makeWindows(pieces, { ...defaultWindowSettings, max_seq_length: 128 })
const made = (most: number, followed?: Followed) => {
  const page = fitPage(
    { title: 'Fit', left_out: [] },
    { examples, predictions, scores, kinds: ids.map(() => 'what'), followed },
    most,
  )
  const { summary, questions, candidates, ways } = unpack(page)
  const told = ways && ids.filter((_, index) => ways.start_logits[index])
  return {
    bytes: Buffer.byteLength(page),
    left_out: summary.left_out,
    questions: questions!,
    lists: candidates!.lists,
    told,
  }
}
const whole = made(Number.POSITIVE_INFINITY)

describe("a page with questions' ways", () => {
  const followed = followQuestions(examples, windows, undefined)
  const all = made(Number.POSITIVE_INFINITY, followed)
  const wrong = ids.filter((_, index) => index % 10 === 0)
  const larger = 'all would make this file larger than 2 MB'
  const byCommand = '`pipeline trace FILE --question ID` shows it.'

  it('tells all of them where there is room', () => {
    expect([all.left_out, all.told, all.lists[0]!.length]).toEqual([[], ids, CANDIDATES])
  })

  it('has fewer candidates before it has fewer ways', () => {
    const { told, lists } = made(all.bytes, followed)
    expect([told, lists[0]!.length < CANDIDATES]).toEqual([ids, true])
  })

  it('then tells those of questions answered wrong, then none, and says so', () => {
    const left = new Map<string, readonly string[] | undefined>()
    for (let most = all.bytes; left.size < 3; most -= 400) {
      const { told, left_out, questions } = made(most, followed)
      expect(questions.ids).toEqual(ids)
      left.set(left_out.slice(1).join(' '), told)
    }
    expect([...left]).toEqual([
      ['', ids],
      [`The whole way is told of questions that were answered wrong: ${larger}. ${byCommand}`, wrong],
      [`No question's whole way is told: ${larger}. ${byCommand}`, undefined],
    ])
  })
})

describe('a page', () => {
  it('holds everything where there is room', () => {
    expect([whole.left_out, whole.questions.ids, whole.lists[0]!.length]).toEqual([[], ids, CANDIDATES])
  })

  it('has fewer candidates where there is not, and says so', () => {
    const { bytes, left_out, questions, lists } = made(whole.bytes)
    const shown = lists[0]!.length
    expect([bytes < whole.bytes, questions.ids, shown < CANDIDATES]).toEqual([true, ids, true])
    expect(left_out).toEqual([
      `Of each question's n-best list (up to 12 answers) the first ${shown} are shown: all would make this file larger than 2 MB.`,
    ])
  })

  it('has fewer questions where that is not enough: the wrong ones stay, those that stay keep their order', () => {
    const { left_out, questions, lists } = made(whole.bytes - 8000)
    const wrong = ids.filter((_, index) => index % 10 === 0)
    expect(questions.ids.length).toBeLessThan(QUESTIONS)
    expect(questions.ids).toEqual(expect.arrayContaining(wrong))
    expect(questions.ids).toEqual(ids.filter(id => questions.ids.includes(id)))
    expect([questions.contexts.length, lists.length]).toEqual([questions.ids.length, questions.ids.length])
    expect(left_out[0]).toBe(
      `${questions.ids.length} of 100 questions are shown one by one: all would make this file larger than 2 MB. Wrong answers were kept first. Scores are of all questions.`,
    )
  })

  it('has no questions rather than none of the rest', () => {
    const { questions, left_out } = made(0)
    expect([questions.ids, left_out[0]!.slice(0, 40)]).toEqual([[], '0 of 100 questions are shown one by one:'])
  })
})
