import { type BootstrapOptions, bootstrapInterval } from '../bootstrap.ts'
import type { Examples } from '../examples.ts'
import type { Predictions } from '../predictions.ts'
import { type Scored, scoreQuestion } from '../score-question.ts'
import type { ComparisonRecord, Difference, Flip, Group } from './comparison-record.ts'

/** Predictions, and the questions that they are scored by. */
export interface Answered {
  readonly examples: Examples
  readonly predictions: Predictions
}

/** How each question is drawn again, for the intervals. */
export const drawn = { resamples: 10_000, seed: 42, level: 0.95 } satisfies BootstrapOptions

interface Pair extends Flip {
  readonly exact: readonly [a: number, b: number]
}

/**
 * Compares two predictions of the same questions: the scores of the official scripts, with the interval of their difference
 * from a paired bootstrap (a question is drawn with both of its answers), and the questions that one of the two has right.
 */
export function comparePredictions(a: Answered, b: Answered, options = drawn): ComparisonRecord {
  const { pairs, only_in_a, only_in_b } = pairsOf(a, b)
  const v2 = a.examples.version_2_with_negative || b.examples.version_2_with_negative
  const groups = v2
    ? [
        groupOf('all', pairs, options),
        groupOf('has_answer', pairs.filter(hasAnswer), options),
        groupOf(
          'no_answer',
          pairs.filter(pair => !hasAnswer(pair)),
          options,
        ),
      ]
    : [groupOf('all', pairs, options)]
  return {
    ...options,
    only_in_a,
    only_in_b,
    groups: groups.filter(({ name, questions }) => name === 'all' || questions > 0),
    right_to_wrong: pairs.filter(toWrong).map(flipOf),
    wrong_to_right: pairs.filter(toRight).map(flipOf),
  }
}

const hasAnswer = ({ gold }: Pair): boolean => gold.length > 0
const toWrong = ({ exact: [a, b] }: Pair): boolean => a > b
const toRight = ({ exact: [a, b] }: Pair): boolean => b > a
const flipOf = ({ exact: _, ...flip }: Pair): Flip => flip

/** The questions that both are scored by, with the same accepted answers, in the order of the first. */
function pairsOf(a: Answered, b: Answered) {
  const inB = new Map(b.examples.ids.map((id, index) => [id, index]))
  const pairs: Pair[] = []
  for (const [index, id] of a.examples.ids.entries()) {
    const other = inB.get(id)
    const gold = a.examples.answers[index]!
    if (other === undefined || JSON.stringify(gold) !== JSON.stringify(b.examples.answers[other])) continue
    const [one, two] = [scored(a, id, gold), scored(b, id, gold)]
    pairs.push({
      id,
      question: a.examples.questions[index]!,
      gold: [...new Set(gold)],
      a: { answer: a.predictions.answers.get(id) ?? null, f1: one.f1 },
      b: { answer: b.predictions.answers.get(id) ?? null, f1: two.f1 },
      exact: [one.exact, two.exact],
    })
  }
  return { pairs, only_in_a: a.examples.ids.length - pairs.length, only_in_b: b.examples.ids.length - pairs.length }
}

const scored = ({ examples, predictions }: Answered, id: string, gold: readonly string[]): Scored =>
  scoreQuestion(predictions.answers.get(id), gold, examples.version_2_with_negative)

function groupOf(name: Group['name'], pairs: readonly Pair[], options: BootstrapOptions): Group {
  return {
    name,
    questions: pairs.length,
    exact: differenceOf(
      pairs.map(({ exact }) => exact),
      options,
    ),
    f1: differenceOf(
      pairs.map(({ a, b }) => [a.f1, b.f1] as const),
      options,
    ),
    right_to_wrong: pairs.filter(toWrong).length,
    wrong_to_right: pairs.filter(toRight).length,
  }
}

function differenceOf(scores: readonly (readonly [a: number, b: number])[], options: BootstrapOptions): Difference {
  const mean = (at: 0 | 1) => (100 * scores.reduce((sum, pair) => sum + pair[at], 0)) / Math.max(1, scores.length)
  const differences = Float64Array.from(scores, ([a, b]) => 100 * (b - a))
  const { mean: difference, low, high } = bootstrapInterval(differences, options)
  return { a: mean(0), b: mean(1), difference, low, high }
}
