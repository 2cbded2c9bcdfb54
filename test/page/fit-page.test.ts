import { describe, expect, it } from 'vitest'
import { fitPage } from '../../src/page/fit-page.ts'
import type { Examples } from '../../src/squad/examples.ts'
import { questionScores } from '../../src/squad/question-scores.ts'
import { random } from '../random.ts'
import { unpack } from './unpack.ts'

const QUESTIONS = 100
const CANDIDATES = 12
const next = random(3)
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
      return [id, list.map(text => ({ text, probability: 1 / CANDIDATES, start_logit: 0, end_logit: 0 }))]
    }),
  ),
}
const scores = questionScores(examples, predictions)
const made = (most: number) => {
  const page = fitPage(
    { title: 'Fit', left_out: [] },
    { examples, predictions, scores, kinds: ids.map(() => 'what') },
    most,
  )
  const { summary, questions, candidates } = unpack(page)
  return { bytes: Buffer.byteLength(page), left_out: summary.left_out, questions: questions!, lists: candidates!.lists }
}
const whole = made(Number.POSITIVE_INFINITY)

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
