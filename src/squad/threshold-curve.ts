import type { Examples } from './examples.ts'
import type { Predictions } from './predictions.ts'
import { scoreQuestion } from './score-question.ts'

/** What a threshold would have scored, in percent. */
export interface ThresholdPoint {
  /** The null answer is given where its score exceeds the best other one's by more than this. */
  readonly threshold: number
  readonly exact: number
  readonly f1: number
  /** Share of the questions that are answered. */
  readonly answered: number
}

/**
 * Scores of v2.0 by `null_score_diff_threshold`: from one at which nothing is answered to one at which all is, the best
 * answer of the n-best list being the one that is given. At most so many points, evenly by questions. Questions without a
 * prediction, or whose list holds nothing but "no answer", are wrong where they have an answer.
 */
export function thresholdCurve(
  { ids, answers }: Pick<Examples, 'ids' | 'answers'>,
  { nbest, null_odds }: Pick<Predictions, 'nbest' | 'null_odds'>,
  points = 200,
): ThresholdPoint[] {
  if (!null_odds || ids.length === 0) return []
  const questions = ids.flatMap((id, index) => {
    const odds = null_odds.get(id)
    if (odds === undefined) return []
    const best = nbest.get(id)?.find(({ text }) => text !== '')?.text ?? ''
    const accepted = answers[index]!
    return [{ odds, given: scoreQuestion(best, accepted, true), left: scoreQuestion('', accepted, true) }]
  })
  questions.sort((a, b) => a.odds - b.odds)
  let exact = questions.reduce((sum, { left }) => sum + left.exact, 0)
  let f1 = questions.reduce((sum, { left }) => sum + left.f1, 0)
  const percent = (value: number) => (100 * value) / ids.length
  const curve: ThresholdPoint[] = []
  const lowest = questions[0]?.odds ?? 0
  curve.push({ threshold: lowest - 1, exact: percent(exact), f1: percent(f1), answered: 0 })
  const every = Math.max(1, Math.ceil(questions.length / points))
  for (const [index, { odds, given, left }] of questions.entries()) {
    exact += given.exact - left.exact
    f1 += given.f1 - left.f1
    // Of equal odds all are answered, or none.
    if (questions[index + 1]?.odds === odds) continue
    const isLast = index === questions.length - 1
    if (isLast || Math.floor(index / every) !== Math.floor((index + 1) / every))
      curve.push({ threshold: odds, exact: percent(exact), f1: percent(f1), answered: percent(index + 1) })
  }
  return curve
}
