// node --import sluice/register --test my-stage.test.ts
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readExamples } from 'sluice/squad'
import { testStage } from 'sluice/testing'
import stage from './my-stage.ts'

const qas = [
  { id: 'short', question: 'Which city?', answers: [{ text: 'Rome', answer_start: 0 }] },
  { id: 'long', question: 'What was not built in a day?', answers: [{ text: 'Rome', answer_start: 0 }] },
]
const squad = { version: '1.1', data: [{ paragraphs: [{ context: 'Rome was not built in a day.', qas }] }] }
const { examples } = readExamples(squad, { for: 'training', version_2_with_negative: false }, 'squad.json')

test('drops questions of too few words', async () => {
  const { outputs, infos } = await testStage(stage, { config: { min_words: 3 }, inputs: { examples } })
  assert.deepEqual(outputs.examples.ids, ['long'])
  assert.deepEqual(infos, ['kept 1 of 2 questions'])
})

test('keeps all where one word is enough', async () => {
  const { outputs } = await testStage(stage, { config: { min_words: 1 }, inputs: { examples } })
  assert.deepEqual(outputs.examples, examples)
})
