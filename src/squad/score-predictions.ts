import { count, firstFew } from '../plugin/few.ts'
import { stageError } from '../plugin/stage-error.ts'
import type { Examples } from './examples.ts'
import { goldAnswers } from './gold-answers.ts'
import type { Metrics } from './metrics.ts'
import type { Predictions } from './predictions.ts'
import { scoreV1, scoreV2 } from './score.ts'

/** Scores predictions by the rules of the official script of the data's version. */
export const scorePredictions = (examples: Examples, { answers, null_odds }: Predictions): Metrics =>
  examples.version_2_with_negative
    ? scoreV2(goldAnswers(examples), answers, null_odds)
    : scoreV1(goldAnswers(examples), answers)

/** The share of exactly right answers: `exact_match` in v1.1, `exact` in v2.0. */
export const exactOf = (metrics: Metrics): number => ('exact_match' in metrics ? metrics.exact_match : metrics.exact)

/** The scores of a set, without its counts, under the names of the official scripts. */
export const scoresOf = (metrics: Metrics): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(metrics).filter(([name, value]) => typeof value === 'number' && !name.endsWith('total')),
  )

/**
 * Makes sure that there is something to score by. By the rules of v1.1 every prediction for a question without an answer
 * would be wrong.
 * @throws stageError that names the questions
 */
export function expectAnswers(examples: Examples): void {
  if (examples.version_2_with_negative) return
  const golds = goldAnswers(examples)
  const without = golds.filter(({ answers }) => answers.length === 0).map(({ id }) => id)
  if (without.length === 0) return
  const share = `${without.length.toLocaleString('en')} of ${count(golds.length, 'question')}`
  throw stageError({
    code: 'no-answers',
    message: `Expected an accepted answer of every question to score it by; ${share} ${without.length === 1 ? 'has' : 'have'} none: ${firstFew(without)}.`,
    hint: 'A test set is published without answers: it can be predicted on, not scored. Data of SQuAD v2.0 is read with `version_2_with_negative: true`.',
  })
}
