import { scoreQuestion } from './score-question.ts'

/** A question and the answers that count as right. */
export interface Gold {
  readonly id: string
  readonly answers: readonly string[]
}

/** What the official v1.1 script prints, and which ids did not fit. */
export interface ScoresV1 {
  readonly exact_match: number
  readonly f1: number
  readonly total: number
  readonly missing: readonly string[]
  readonly extra: readonly string[]
}

/** What the official v2.0 script prints, and which ids did not fit. The parts of an empty class are left out, as there. */
export interface ScoresV2 {
  readonly exact: number
  readonly f1: number
  readonly total: number
  readonly HasAns_exact?: number
  readonly HasAns_f1?: number
  readonly HasAns_total?: number
  readonly NoAns_exact?: number
  readonly NoAns_f1?: number
  readonly NoAns_total?: number
  readonly best_exact?: number
  readonly best_exact_thresh?: number
  readonly best_f1?: number
  readonly best_f1_thresh?: number
  readonly missing: readonly string[]
  readonly extra: readonly string[]
}

interface Scored {
  readonly id: string
  readonly hasAnswer: boolean
  readonly missing: boolean
  readonly prediction: string
  readonly exact: number
  readonly f1: number
}

/** Scores by the rules of the official v1.1 script, in percent. A question without a prediction counts 0. */
export function scoreV1(golds: readonly Gold[], predictions: ReadonlyMap<string, string>): ScoresV1 {
  const scored = golds.map(({ id, answers }) => scoreQuestion(predictions.get(id), answers, false))
  return {
    exact_match: percent(
      sum(scored, each => each.exact),
      golds.length,
    ),
    f1: percent(
      sum(scored, each => each.f1),
      golds.length,
    ),
    total: golds.length,
    ...unmatched(golds, predictions),
  }
}

/**
 * Scores by the rules of the official v2.0 script, in percent. Unlike it, a question without a prediction counts 0
 * instead of being left out. `nullOdds` (score of "no answer" less that of the best answer) give the best thresholds.
 */
export function scoreV2(
  golds: readonly Gold[],
  predictions: ReadonlyMap<string, string>,
  nullOdds?: ReadonlyMap<string, number>,
): ScoresV2 {
  const scored = golds.map(gold => scoredOf(gold, predictions.get(gold.id)))
  const withAnswer = scored.filter(each => each.hasAnswer)
  const without = scored.filter(each => !each.hasAnswer)
  return {
    ...means(scored),
    ...(withAnswer.length > 0 ? prefixed('HasAns', means(withAnswer)) : {}),
    ...(without.length > 0 ? prefixed('NoAns', means(without)) : {}),
    ...(nullOdds ? bestThresholds(scored, nullOdds) : {}),
    ...unmatched(golds, predictions),
  }
}

const scoredOf = ({ id, answers }: Gold, prediction: string | undefined): Scored => ({
  id,
  hasAnswer: answers.length > 0,
  missing: prediction === undefined,
  prediction: prediction ?? '',
  ...scoreQuestion(prediction, answers, true),
})

const means = (scored: readonly Scored[]) => ({
  exact: percent(
    sum(scored, each => each.exact),
    scored.length,
  ),
  f1: percent(
    sum(scored, each => each.f1),
    scored.length,
  ),
  total: scored.length,
})

function prefixed<P extends 'HasAns' | 'NoAns'>(prefix: P, { exact, f1, total }: ReturnType<typeof means>) {
  return { [`${prefix}_exact`]: exact, [`${prefix}_f1`]: f1, [`${prefix}_total`]: total } as {
    [K in `${P}_${'exact' | 'f1' | 'total'}`]: number
  }
}

function bestThresholds(scored: readonly Scored[], nullOdds: ReadonlyMap<string, number>) {
  const exact = bestThreshold(scored, nullOdds, each => each.exact)
  const f1 = bestThreshold(scored, nullOdds, each => each.f1)
  return {
    best_exact: exact.score,
    best_exact_thresh: exact.threshold,
    best_f1: f1.score,
    best_f1_thresh: f1.threshold,
  }
}

/**
 * The threshold on the null odds that would have scored best (`find_best_thresh` of the official script). At the lowest,
 * every question is left unanswered; a missing prediction is wrong at any.
 */
function bestThreshold(
  scored: readonly Scored[],
  nullOdds: ReadonlyMap<string, number>,
  value: (each: Scored) => number,
) {
  const byOdds = scored
    .flatMap(each => ({ each, odds: nullOdds.get(each.id) }))
    .filter((pair): pair is { each: Scored; odds: number } => pair.odds !== undefined)
    .sort((a, b) => a.odds - b.odds)
  let current = scored.filter(each => !each.hasAnswer && !each.missing).length
  let top = { score: current, threshold: 0 }
  for (const { each, odds } of byOdds) {
    current += each.hasAnswer ? value(each) : each.prediction === '' ? 0 : -1
    if (current > top.score) top = { score: current, threshold: odds }
  }
  return { score: percent(top.score, scored.length), threshold: top.threshold }
}

function unmatched(golds: readonly Gold[], predictions: ReadonlyMap<string, string>) {
  const known = new Set(golds.map(gold => gold.id))
  return {
    missing: golds.filter(gold => !predictions.has(gold.id)).map(gold => gold.id),
    extra: [...predictions.keys()].filter(id => !known.has(id)),
  }
}

const sum = <T>(list: readonly T[], value: (each: T) => number) => list.reduce((total, each) => total + value(each), 0)
const percent = (part: number, whole: number) => (whole > 0 ? (100 * part) / whole : 0)
