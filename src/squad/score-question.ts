import { exactMatch, f1, normalizeAnswer } from './answer-text.ts'

export interface Scored {
  readonly exact: number
  readonly f1: number
}

/** The answers that a prediction is compared with. In v2.0 those of which normalisation leaves nothing do not count; without any, "no answer" is right. */
export function acceptedAnswers(answers: readonly string[], v2: boolean): readonly string[] {
  if (!v2) return answers
  const some = answers.filter(answer => normalizeAnswer(answer) !== '')
  return some.length > 0 ? some : ['']
}

/** Exact match and F1, 0 to 1, of one prediction by one accepted answer. */
export const scoreAgainst = (prediction: string, answer: string, v2: boolean): Scored => ({
  exact: exactMatch(prediction, answer),
  f1: f1(prediction, answer, v2),
})

/** Exact match and F1, 0 to 1, of one question by the rules of the official scripts; 0 without a prediction. */
export function scoreQuestion(prediction: string | undefined, answers: readonly string[], v2: boolean): Scored {
  if (prediction === undefined) return { exact: 0, f1: 0 }
  let best: Scored = { exact: 0, f1: 0 }
  for (const answer of acceptedAnswers(answers, v2)) {
    const { exact, f1 } = scoreAgainst(prediction, answer, v2)
    best = { exact: Math.max(best.exact, exact), f1: Math.max(best.f1, f1) }
  }
  return best
}
