import { expect, it } from 'vitest'
import type { Question } from '../../src/answering/answering.types.ts'
import { batcherOf } from '../../src/answering/batch.ts'

const question = (text: string): Question => ({ question: text, context: text })

/** Answers by the question itself, when it is let; remembers its batches. */
const slow = () => {
  const batches: string[][] = []
  const go: (() => void)[] = []
  return {
    batches,
    next: () => go.shift()!(),
    async answer(questions: readonly Question[]) {
      batches.push(questions.map(each => each.question))
      await new Promise<void>(resolve => go.push(resolve))
      if (questions.some(each => each.question === 'bad')) throw new Error('bad')
      return questions.map(({ question }) => ({ answer: question, probability: 1, nbest: [] }))
    },
  }
}
const settled = () => new Promise(resolve => setTimeout(resolve, 5))

it('computes together what comes together, and what came while it computed', async () => {
  const reader = slow()
  const batcher = batcherOf(reader)
  const first = ['a', 'b'].map(each => batcher.answer(question(each)))
  await settled()
  const second = ['c', 'd', 'e'].map(each => batcher.answer(question(each)))
  expect([reader.batches, batcher.waiting]).toEqual([[['a', 'b']], 5])
  reader.next()
  expect((await Promise.all(first)).map(each => each?.answer)).toEqual(['a', 'b'])
  await settled()
  reader.next()
  expect((await Promise.all(second)).map(each => each?.answer)).toEqual(['c', 'd', 'e'])
  expect([reader.batches, batcher.waiting]).toEqual([
    [
      ['a', 'b'],
      ['c', 'd', 'e'],
    ],
    0,
  ])
})

it('takes at most 64 at once', async () => {
  const reader = slow()
  const batcher = batcherOf(reader)
  const all = Array.from({ length: 70 }, (_, at) => batcher.answer(question(`${at}`)))
  await settled()
  reader.next()
  await settled()
  reader.next()
  expect((await Promise.all(all)).map(each => each?.answer)).toEqual(Array.from({ length: 70 }, (_, at) => `${at}`))
  expect(reader.batches.map(each => each.length)).toEqual([64, 6])
})

it('fails a question alone', async () => {
  const reader = slow()
  const batcher = batcherOf(reader)
  const all = Promise.allSettled(['a', 'bad', 'b'].map(each => batcher.answer(question(each))))
  for (let batch = 0; batch < 4; batch++) {
    await settled()
    reader.next()
  }
  expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(reader.batches).toEqual([['a', 'bad', 'b'], ['a'], ['bad'], ['b']])
})
