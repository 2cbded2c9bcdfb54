import { normalizeAnswer } from '../answer-text.ts'
import type { Candidate } from '../decode.ts'
import type { Examples } from '../examples.ts'
import type { Predictions } from '../predictions.ts'
import { acceptedAnswers, scoreAgainst, scoreQuestion } from '../score-question.ts'
import { windowParts } from '../window-parts.ts'
import type { Windows } from '../windows.ts'
import { type Place, placesOf } from './places.ts'
import type { Seat, Step } from './trace-record.ts'

type PredictionStep = Step & { readonly kind: 'predictions' }

/** A question, in the examples and the windows that its prediction was made from. */
export interface Asked {
  readonly examples: Examples
  readonly windows: Windows
  readonly index: number
}

/** What is said of a whole list of candidates. */
export type Judged = Pick<PredictionStep, 'candidates' | 'right'>

/** How many candidates there are, and the first right one among them. */
export function judge(list: readonly Candidate[], answers: readonly string[], v2: boolean): Judged {
  const right = list.findIndex(({ text }) => scoreQuestion(text, answers, v2).exact === 1)
  return { candidates: list.length, right: right < 0 ? null : right + 1 }
}

/**
 * What was predicted for a question; undefined where nothing was.
 *
 * @param judged of a list that `predictions` does not have in whole.
 */
export function tracePrediction(
  stage: string,
  config: Readonly<Record<string, unknown>>,
  predictions: Predictions,
  asked: Asked,
  judged?: Judged,
): PredictionStep | undefined {
  const { examples, index } = asked
  const id = examples.ids[index]!
  const prediction = predictions.answers.get(id)
  if (prediction === undefined) return undefined
  const v2 = examples.version_2_with_negative
  const answers = examples.answers[index]!
  const list = predictions.nbest.get(id) ?? []
  const { candidates, right } = judged ?? judge(list, answers, v2)
  const null_odds = predictions.null_odds?.get(id)
  const { null_score_diff_threshold: threshold, max_answer_length } = config
  const obstacle = obstacleFor(asked, typeof max_answer_length === 'number' ? max_answer_length : undefined)
  return {
    kind: 'predictions',
    stage,
    prediction,
    candidates,
    nbest: list.map(each => ({
      ...each,
      ...scoreQuestion(each.text, answers, v2),
      places: placesIn(asked, each.text).flatMap(place => seatOf(asked, place) ?? []),
    })),
    ...(null_odds !== undefined && { null_odds }),
    ...(v2 && typeof threshold === 'number' && { null_score_diff_threshold: threshold }),
    places: placesIn(asked, prediction).map(({ exact: _, ...span }) => span),
    right,
    ...(right === null && obstacle !== undefined && { obstacle }),
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
  if (!places.some(place => seatOf(asked, place)))
    return 'no window in which an accepted answer may begin holds it to its end'
  return undefined
}

/** A place as positions in the window in which its first piece has most context, where that window holds it whole. */
function seatOf({ windows, index }: Asked, { start_piece, end_piece }: Place): Seat | undefined {
  const [first, end] = [windows.first_window[index]!, windows.first_window[index + 1]!]
  for (let at = first; at < end; at++) {
    const start = windows.doc_start[at]!
    if (start_piece < start || end_piece >= start + windows.doc_length[at]!) continue
    const { layout, doc_span_index, isMaxContext } = windowParts(windows, at)
    const position = (piece: number) => layout.document + piece - start
    if (isMaxContext(start_piece - start))
      return { doc_span_index, start: position(start_piece), end: position(end_piece) }
  }
  return undefined
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
