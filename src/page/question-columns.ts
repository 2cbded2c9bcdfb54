import type { Examples } from '../squad/examples.ts'
import type { Predictions } from '../squad/predictions.ts'
import type { QuestionScores } from '../squad/question-scores.ts'
import type { Candidates, Place, Questions } from './page-data.ts'
import { placeOf } from './place.ts'
import type { Followed } from './way-columns.ts'

/** What the browser of questions shows. */
export interface Shown {
  readonly examples: Examples
  readonly predictions: Predictions
  readonly scores: QuestionScores | undefined
  readonly kinds: readonly string[]
  /** What tells each question's way through the pipeline, where its windows are there. */
  readonly followed?: Followed | undefined
}

/** The columns of these questions, by index, with their contexts alone. */
export function questionColumns(
  { examples, predictions, scores, kinds }: Shown,
  indexes: readonly number[],
): Questions {
  const { ids, questions, context, contexts, answers } = examples
  const { null_odds } = predictions
  const used = [...new Set(indexes.map(index => context[index]!))]
  const newIndex = new Map(used.map((old, index) => [old, index]))
  const names = [...new Set(kinds)]
  const textOf = (index: number) => contexts[context[index]!]!
  const prediction = (index: number): Place | null => {
    const text = predictions.answers.get(ids[index]!)
    return text === undefined ? null : placeOf(text, textOf(index))
  }
  return {
    version_2_with_negative: examples.version_2_with_negative,
    contexts: used.map(index => contexts[index]!),
    ids: indexes.map(index => ids[index]!),
    questions: indexes.map(index => questions[index]!),
    context: indexes.map(index => newIndex.get(context[index]!)!),
    kinds: names,
    kind: indexes.map(index => names.indexOf(kinds[index]!)),
    answers: indexes.map(index => [...new Set(answers[index])].map(text => placeOf(text, textOf(index)))),
    predictions: indexes.map(prediction),
    ...(scores && {
      f1: indexes.map(index => rounded(scores.f1[index]!, 1)),
      exact: indexes.map(index => (scores.exact[index]! > 0 ? 1 : 0)),
    }),
    ...(null_odds && { null_odds: indexes.map(index => rounded(null_odds.get(ids[index]!) ?? Number.NaN, 2)) }),
  }
}

/** The first so many candidates of each of these questions. */
export function candidateColumns(
  { examples: { ids, contexts, context }, predictions: { nbest } }: Shown,
  indexes: readonly number[],
  most: number,
): Candidates {
  return {
    lists: indexes.map(index => {
      const list = nbest.get(ids[index]!)?.slice(0, most) ?? []
      const text = contexts[context[index]!]!
      return list.map(each => [placeOf(each.text, text), thousandths(each.probability)] as const)
    }),
  }
}

/** Rounded as a percentage with one digit is when it is written. */
const thousandths = (probability: number) => Math.round(10 * Number((100 * probability).toFixed(1)))
const rounded = (value: number, digits: number) => Number(value.toFixed(digits))
