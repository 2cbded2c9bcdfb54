import { expect, it } from 'vitest'
import type { Question } from '../../src/answering/answering.types.ts'
import { batcherOf, LONG } from '../../src/answering/batch.ts'

const question = (text: string): Question => ({ question: text, context: text })

/** Answers by the question itself, when it is let; remembers its batches. */
const slow = () => {
  const batches: string[][] = []
  const signals: AbortSignal[] = []
  const go = new Map<string, () => void>()
  const nextOf = (first: string) => {
    go.get(first)!()
    go.delete(first)
  }
  return {
    batches,
    /** What each batch is given up by. */
    signals,
    /** Lets it answer the batch that begins with this question. */
    nextOf,
    next: () => nextOf([...go.keys()][0]!),
    async answer(questions: readonly Question[], signal?: AbortSignal) {
      batches.push(questions.map(each => each.question))
      signals.push(signal!)
      await new Promise<void>(resolve => go.set(questions[0]!.question, resolve))
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

const long = (text: string): Question => ({ question: text, context: 'x'.repeat(LONG + 1) })

it('answers questions about long contexts one by one, and others beside them', async () => {
  const reader = slow()
  const batcher = batcherOf(reader)
  const answered: string[] = []
  const ask = (question: Question) => batcher.answer(question).then(answer => answered.push(answer!.answer))
  const all = [long('book'), question('a'), long('another'), question('b')].map(ask)
  await settled()
  expect(reader.batches).toEqual([['book'], ['a', 'b']])
  expect(batcher.waiting).toBe(4)
  reader.nextOf('a')
  await settled()
  expect(answered).toEqual(['a', 'b'])
  reader.nextOf('book')
  await settled()
  expect([answered, reader.batches.at(-1)]).toEqual([['a', 'b', 'book'], ['another']])
  reader.nextOf('another')
  await Promise.all(all)
  expect(batcher.waiting).toBe(0)
})

it('puts no more text into a batch than four of the longest that are not long', async () => {
  const reader = slow()
  const batcher = batcherOf(reader)
  const text = 'x'.repeat(LONG)
  const all = ['a', 'b', 'c', 'd', 'e'].map(each => batcher.answer({ question: each, context: text }))
  await settled()
  expect(reader.batches).toEqual([['a', 'b', 'c', 'd']])
  reader.nextOf('a')
  await settled()
  reader.nextOf('e')
  await Promise.all(all)
  expect(reader.batches).toEqual([['a', 'b', 'c', 'd'], ['e']])
})

it('forgets who has hung up, and gives a batch up when all have', async () => {
  const reader = slow()
  const batcher = batcherOf(reader)
  const clients = ['a', 'b', 'c', 'd'].map(name => ({ name, controller: new AbortController() }))
  const ask = ({ name, controller }: (typeof clients)[number]) =>
    batcher.answer(question(name), controller.signal).catch((error: Error) => error.message)
  const hangUp = (at: number) => clients[at]!.controller.abort(new Error(`${clients[at]!.name} is gone`))
  const first = clients.slice(0, 2).map(ask)
  await settled()
  const second = clients.slice(2).map(ask)
  await settled()
  hangUp(2)
  expect([await second[0], batcher.waiting]).toEqual(['c is gone', 3])
  hangUp(0)
  expect([await first[0], reader.signals[0]!.aborted]).toEqual(['a is gone', false])
  hangUp(1)
  expect([await first[1], reader.signals[0]!.aborted]).toEqual(['b is gone', true])
  reader.nextOf('a')
  await settled()
  expect(reader.batches).toEqual([['a', 'b'], ['d']])
  reader.nextOf('d')
  expect(await second[1]).toMatchObject({ answer: 'd' })
})
