import type { Examples } from './examples.ts'
import type { QuestionView } from './views.ts'
import { words } from './words.ts'

/** Question `index` as decoding sees it. */
export const questionView = (examples: Examples, index: number): QuestionView => ({
  words: words(examples.contexts[examples.context[index]!]!),
})
