import { type BootstrapOptions, bootstrap, type Interval } from './bootstrap.ts'
import type { Examples } from './examples.ts'
import type { Predictions } from './predictions.ts'
import type { QuestionGroup } from './question-groups.ts'
import { scoreQuestion } from './score-question.ts'

/** Exact match and F1 of each question, in percent, in the order of the examples. */
export interface QuestionScores {
  readonly exact: Float64Array
  readonly f1: Float64Array
}

/** The scores of a group of questions, with 95 % intervals. */
export interface GroupScores {
  readonly label: string
  readonly questions: number
  readonly exact: Interval
  readonly f1: Interval
}

/** Scores every question by the rules of the official script of the data's version; 0 without a prediction. */
export function questionScores(
  { ids, answers, version_2_with_negative: v2 }: Pick<Examples, 'ids' | 'answers' | 'version_2_with_negative'>,
  predictions: Pick<Predictions, 'answers'>,
): QuestionScores {
  const scores = ids.map((id, index) => scoreQuestion(predictions.answers.get(id), answers[index]!, v2))
  return {
    exact: Float64Array.from(scores, ({ exact }) => 100 * exact),
    f1: Float64Array.from(scores, ({ f1 }) => 100 * f1),
  }
}

/** The mean scores of each group, in the order of the groups. */
export const scoresByGroup = (
  { exact, f1 }: QuestionScores,
  groups: readonly QuestionGroup[],
  options: BootstrapOptions,
): GroupScores[] =>
  groups.map(({ label, members }) => {
    const of = (column: Float64Array) => Float64Array.from(members, index => column[index]!)
    const [ofExact, ofF1] = bootstrap([of(exact), of(f1)], options) as [Interval, Interval]
    return { label, questions: members.length, exact: ofExact, f1: ofF1 }
  })
