import { defineStage, Type } from 'sluice'
import { Examples, keepQuestions } from 'sluice/squad'

// A stage is a plain object. This one takes the questions of a pipeline, and passes on those of enough words.
export default defineStage({
  name: 'my-stage',
  // Whenever this code changes, its results are made anew. A higher version does the same although no code changed.
  version: 1,
  summary: 'Drops questions of fewer than `min_words` words.',
  // What stands below `with:` in a pipeline: checked before anything runs, defaults filled in.
  config: Type.Object({
    min_words: Type.Integer({ minimum: 1, default: 3, description: 'The fewest words that a question may have.' }),
  }),
  // Matched by kind: it is given what the nearest earlier stage makes, and later ones are given what it makes.
  inputs: { examples: Examples },
  outputs: { examples: Examples },
  // Reads its inputs and never changes them: other stages may be given the same ones.
  run({ config, inputs: { examples }, log }) {
    const isKept = (question: string) => question.trim().split(/\s+/).length >= config.min_words
    const kept = keepQuestions(examples, index => isKept(examples.questions[index]!))
    log.info(`kept ${kept.ids.length} of ${examples.ids.length} questions`)
    return { examples: kept }
  },
})
