import type { Examples } from './examples.ts'
import type { Gold } from './score.ts'

/** The accepted answers of every question, in order. */
export const goldAnswers = ({ ids, answers }: Examples): Gold[] =>
  ids.map((id, index) => ({ id, answers: answers[index]! }))
