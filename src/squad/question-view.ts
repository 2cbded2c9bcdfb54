import type { Examples } from './examples.ts'
import type { QuestionView } from './views.ts'
import { words } from './words.ts'

/** Question `index` as decoding and scoring see it. */
export const questionView = (examples: Examples, index: number): QuestionView => ({
  id: examples.ids[index]!,
  words: words(examples.contexts[examples.context[index]!]!),
  answers: examples.answers[index]!,
})
