import { normalizeAnswer } from '../answer-text.ts'
import type { Examples } from '../examples.ts'
import type { Predictions } from '../predictions.ts'
import { acceptedAnswers, scoreAgainst, scoreQuestion } from '../score-question.ts'
import { windowParts } from '../window-parts.ts'
import type { Windows } from '../windows.ts'
import { type Place, placesOf } from './places.ts'
import type { Step } from './trace-record.ts'

type PredictionStep = Step & { readonly kind: 'predictions' }

/** A question, in the examples and the windows that its prediction was made from. */
export interface Asked {
  readonly examples: Examples
  readonly windows: Windows
  readonly index: number
}

/** What was predicted for a question; undefined where nothing was. */
export function tracePrediction(
  stage: string,
  config: Readonly<Record<string, unknown>>,
  predictions: Predictions,
  asked: Asked,
): PredictionStep | undefined {
  const { examples, index } = asked
  const id = examples.ids[index]!
  const prediction = predictions.answers.get(id)
  if (prediction === undefined) return undefined
  const v2 = examples.version_2_with_negative
  const answers = examples.answers[index]!
  const nbest = (predictions.nbest.get(id) ?? []).map(each => ({ ...each, ...scoreQuestion(each.text, answers, v2) }))
  const right = nbest.findIndex(each => each.exact === 1)
  const null_odds = predictions.null_odds?.get(id)
  const { null_score_diff_threshold: threshold, max_answer_length } = config
  const obstacle = obstacleFor(asked, typeof max_answer_length === 'number' ? max_answer_length : undefined)
  return {
    kind: 'predictions',
    stage,
    prediction,
    nbest,
    ...(null_odds !== undefined && { null_odds }),
    ...(v2 && typeof threshold === 'number' && { null_score_diff_threshold: threshold }),
    places: placesIn(asked, prediction).map(({ exact: _, ...span }) => span),
    right: right < 0 ? null : right + 1,
    ...(right < 0 && obstacle !== undefined && { obstacle }),
  }
}

/** The places of a text in a question's context. */
export const placesIn = ({ examples, windows, index }: Asked, text: string): Place[] =>
  placesOf(text, examples.contexts[examples.context[index]!]!, windows, windows.context[index]!)

/**
 * What keeps the accepted answers, as they are written, from being predicted: none is whole in a window in
 * which it may begin, or all are too long. Undefined where nothing does, and where their places are not certain.
 */
function obstacleFor(asked: Asked, longest: number | undefined): string | undefined {
  const { examples, index } = asked
  const accepted = acceptedAnswers(examples.answers[index]!, examples.version_2_with_negative)
  if (accepted.length === 0 || accepted.includes('')) return undefined
  const places = accepted.flatMap(answer => placesIn(asked, answer))
  if (places.length === 0 || places.some(({ exact }) => !exact)) return undefined
  const lengths = places.map(({ start_piece, end_piece }) => end_piece - start_piece + 1)
  const shortest = Math.min(...lengths)
  if (longest !== undefined && shortest > longest)
    return `each accepted answer has at least ${shortest} pieces, more than max_answer_length ${longest}`
  if (!places.some(place => mayBeAnswered(asked, place)))
    return 'no window in which an accepted answer may begin holds it to its end'
  return undefined
}

/** Whether the window in which its first piece has most context holds a place whole. */
function mayBeAnswered({ windows, index }: Asked, { start_piece, end_piece }: Place): boolean {
  const [first, end] = [windows.first_window[index]!, windows.first_window[index + 1]!]
  for (let at = first; at < end; at++) {
    const start = windows.doc_start[at]!
    if (start_piece < start || end_piece >= start + windows.doc_length[at]!) continue
    if (windowParts(windows, at).isMaxContext(start_piece - start)) return true
  }
  return false
}

/** How a prediction is scored, by the rules of the official scripts. */
export function traceScore(
  stage: string,
  prediction: string,
  { examples, index }: Pick<Asked, 'examples' | 'index'>,
): Step {
  const v2 = examples.version_2_with_negative
  const answers = examples.answers[index]!
  return {
    kind: 'score',
    stage,
    ...scoreQuestion(prediction, answers, v2),
    prediction: { text: prediction, normalized: normalizeAnswer(prediction) },
    golds: acceptedAnswers(answers, v2).map(text => ({
      text,
      normalized: normalizeAnswer(text),
      ...scoreAgainst(prediction, text, v2),
    })),
  }
}
