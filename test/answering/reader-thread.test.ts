import { openReader } from 'sluice/answering'
import { expect, it } from 'vitest'
import { openReaderThread } from '../../src/answering/reader-thread.ts'
import { isStageError } from '../../src/plugin/stage-error.ts'
import { casePath } from '../squad/case.ts'

const model = casePath('65-resume-gives-the-same-weights', 'm')
const settings = { engine: 'onnx' as const, max_seq_length: 16, doc_stride: 4, max_query_length: 8 }
const asked = { question: 'what is by it ?', context: 'a cat is by the house' }
const book = { question: 'what is by it ?', context: 'a cat is by the house '.repeat(2000) }

it('answers as the reader does that is not in a thread', async () => {
  const questions = [
    asked,
    { question: 'a', context: ' ' },
    { question: 'the cat ?', context: 'the house is by a cat' },
  ]
  const here = await openReader(model, settings)
  const there = await openReaderThread(model, settings)
  expect(await there.answer(questions)).toEqual(await here.answer(questions))
  await Promise.all([here.close(), there.close()])
})

it('answers a short question before a long one that was asked earlier', async () => {
  const reader = await openReaderThread(model, settings)
  const ended: string[] = []
  const all = [
    reader.answer([book]).then(() => ended.push('book')),
    reader.answer([asked]).then(() => ended.push('sentence')),
  ]
  await Promise.all(all)
  expect(ended).toEqual(['sentence', 'book'])
  await reader.close()
})

it('gives up a question that nobody waits for, and answers the next', async () => {
  const reader = await openReaderThread(model, settings)
  const controller = new AbortController()
  const given = reader.answer([book], controller.signal)
  controller.abort(new Error('gone'))
  await expect(given).rejects.toThrow('gone')
  await expect(reader.answer([asked], controller.signal)).rejects.toThrow('gone')
  const [answer] = await reader.answer([asked])
  expect(asked.context).toContain(answer!.answer)
  await reader.close()
})

it('says what is wrong with a model, and with a question, as the user can mend it', async () => {
  const ofModel = await openReaderThread(model, { ...settings, max_seq_length: 65 }).catch(error => error)
  expect([isStageError(ofModel), ofModel.problem]).toEqual([
    true,
    {
      code: 'windows-too-long',
      message: '`max_seq_length` is 65, but the model has only 64 positions.',
      hint: 'Set it to at most 64.',
    },
  ])
  const reader = await openReaderThread(model, { ...settings, max_seq_length: 5, max_query_length: 8 })
  const ofQuestion = await reader.answer([asked]).catch(error => error)
  expect([isStageError(ofQuestion), ofQuestion.problem.code]).toEqual([true, 'no-room'])
  await reader.close()
  await expect(reader.answer([asked])).rejects.toThrow("The reader's thread ended with code 0.")
})
