import { defineStage, Type } from 'sluice'
import { Examples, keepQuestions } from 'sluice/squad'
import { firstWord } from './first-word.js'

export default defineStage({
  name: 'drop-by-word',
  version: 1,
  summary: 'Drops questions that begin with one of some words.',
  config: Type.Object({ words: Type.Array(Type.String({ minLength: 1 }), { minItems: 1, examples: [['how']] }) }),
  inputs: { examples: Examples },
  outputs: { examples: Examples },
  run({ config, inputs: { examples } }) {
    return { examples: keepQuestions(examples, index => !config.words.includes(firstWord(examples.questions[index]))) }
  },
})
