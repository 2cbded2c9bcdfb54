import type { Examples } from '../examples.ts'
import type { Pieces } from '../pieces.ts'
import type { Predictions } from '../predictions.ts'
import { rowLength } from '../ragged.ts'
import type { TrainingSet } from '../training-set.types.ts'
import type { Windows } from '../windows.ts'
import { placesOf } from './places.ts'
import { labelled, traceExample, tracePieces, traceTrainingSet, traceWindows } from './trace-data.ts'
import { type Judged, tracePrediction, traceScore } from './trace-prediction.ts'
import type { Lost, Step, Way } from './trace-record.ts'

// A question's way through one result of each kind, for whoever has the results: the command `trace` reads them from the
// cache, the page of a report holds them.

/** What a result adds to a question's way, or that the question was lost there. */
export interface Passed {
  readonly steps: readonly Step[]
  readonly lost?: Lost
}

/** A way of several results: where a question was lost twice, the last says more. */
export function joined(passed: readonly Passed[]): Pick<Way, 'steps' | 'lost'> {
  const lost = passed.findLast(each => each.lost)?.lost
  return { steps: passed.flatMap(({ steps }) => steps), ...(lost && { lost }) }
}

export function passExamples(id: string, stage: string, examples: Examples): Passed {
  const index = examples.ids.indexOf(id)
  if (index >= 0) return { steps: [traceExample(stage, examples, index)] }
  return leftOut(stage, 'it is not among the questions that this stage kept')
}

export function passPieces(id: string, stage: string, pieces: Pieces, examples: Examples | undefined): Passed {
  const index = pieces.ids.indexOf(id)
  const found = exampleIn(examples, id)
  if (!found || index < 0) return lacks(stage, 'pieces')
  const { context, answer } = found
  const held = answer ?? placesOf(found.gold, context, pieces, pieces.context[index]!)[0]
  return { steps: [tracePieces(stage, pieces, index, context, held)] }
}

/** @param pieces what the windows are over; what they alone know is left out where they are not there. */
export function passWindows(
  id: string,
  stage: string,
  windows: Windows,
  pieces: Pieces | undefined,
  examples: Examples | undefined,
): Passed {
  const index = windows.ids.indexOf(id)
  const found = exampleIn(examples, id)
  if (!found || index < 0) return lacks(stage, 'windows')
  const training = windows.for === 'training'
  const place = training ? undefined : placesOf(found.gold, found.context, windows, windows.context[index]!)[0]
  const answer = training ? pieces && labelled(pieces, index) : place && ([place.start_piece, place.end_piece] as const)
  const whole = pieces && rowLength(pieces.question_pieces, index)
  const step = traceWindows(stage, windows, index, whole, answer)
  const lost = lostIn(step, training && !found.is_impossible, answer !== undefined)
  return { steps: [step], ...(lost && { lost: { stage, ...lost } }) }
}

export function passTrainingSet(id: string, stage: string, set: TrainingSet): Passed {
  const index = set.question_ids.indexOf(id)
  return index < 0 ? lacks(stage, 'row') : { steps: [traceTrainingSet(stage, set, index)] }
}

/** The stage that predicted, and the one that scored it where there is one. */
export interface Predicting {
  readonly stage: string
  readonly config: Readonly<Record<string, unknown>>
  readonly scorer: string | undefined
}

/** @param judged of a list that is not there in whole. */
export function passPredictions(
  id: string,
  { stage, config, scorer }: Predicting,
  predictions: Predictions,
  examples: Examples | undefined,
  windows: Windows | undefined,
  judged?: Judged,
): Passed {
  const index = examples?.ids.indexOf(id) ?? -1
  if (!examples || !windows || index < 0) return lacks(stage, 'prediction')
  const step = tracePrediction(stage, config, predictions, { examples, windows, index }, judged)
  if (!step)
    return {
      steps: [],
      lost: { stage, code: 'no-prediction', why: 'there is no prediction for it; it counts as wrong' },
    }
  return { steps: [step, traceScore(scorer ?? stage, step.prediction, { examples, index })] }
}

/** What is known of a question. */
function exampleIn(examples: Examples | undefined, id: string) {
  const index = examples?.ids.indexOf(id) ?? -1
  if (!examples || index < 0) return undefined
  const { context, answer, is_impossible } = traceExample('', examples, index)
  return { context, answer: answer ?? undefined, is_impossible, gold: examples.answers[index]![0] ?? '' }
}

const lacks = (stage: string, what: string): Passed => leftOut(stage, `this stage has no ${what} of it`)
const leftOut = (stage: string, why: string): Passed => ({ steps: [], lost: { stage, code: 'left-out', why } })

function lostIn(
  { windows }: Step & { readonly kind: 'windows' },
  trained: boolean,
  hasPieces: boolean,
): Pick<Lost, 'code' | 'why'> | undefined {
  if (windows.length === 0 && trained && !hasPieces)
    return { code: 'no-pieces', why: 'its answer has no pieces of its own, so it has no window' }
  if (windows.length === 0) return { code: 'no-window', why: 'its context has no pieces, so it has no window' }
  if (trained && windows.every(({ label_is }) => label_is === 'cls'))
    return { code: 'outside-windows', why: 'no window holds the whole answer: it is trained on as if it had none' }
  return undefined
}
