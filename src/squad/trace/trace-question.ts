import type { KeptResult } from '../../plugin/stage-command.ts'
import { Examples } from '../examples.ts'
import { Metrics } from '../metrics.ts'
import { Pieces } from '../pieces.ts'
import { Predictions } from '../predictions.ts'
import { rowLength } from '../ragged.ts'
import { TrainingSet } from '../training-set.ts'
import { Windows } from '../windows.ts'
import { type Kept, keptArtifacts, type Read, reachedFrom, reader, sourceOf } from './artifacts.ts'
import { placesOf } from './places.ts'
import { labelled, traceExample, tracePieces, traceTrainingSet, traceWindows } from './trace-data.ts'
import { tracePrediction, traceScore } from './trace-prediction.ts'
import type { Lost, Step, Way } from './trace-record.ts'

/** The ways of one question: one through each file that it was read from, as a rule one in all. */
export async function traceQuestion(id: string, results: readonly KeptResult[]): Promise<Way[]> {
  const all = keptArtifacts(results)
  const read = reader()
  const ways: Way[] = []
  for (const first of all.filter(each => each.kind === Examples.kind && each.from.length === 0)) {
    const examples = await read<Examples>(first)
    const index = examples?.ids.indexOf(id) ?? -1
    if (examples && index >= 0) ways.push(await follow(id, first, examples, all, results, read))
  }
  return ways
}

/** How far a question has come, and what is known of it. */
interface Along {
  readonly id: string
  readonly read: Read
  readonly results: readonly KeptResult[]
  readonly steps: Step[]
  lost?: Lost
}

async function follow(
  id: string,
  first: Kept,
  examples: Examples,
  all: readonly Kept[],
  results: readonly KeptResult[],
  read: Read,
): Promise<Way> {
  const along: Along = { id, read, results, steps: [] }
  const reached = reachedFrom(first, all)
  const missing = new Set<KeptResult>()
  const stale = new Set<KeptResult>()
  for (const kept of reached) {
    // Where its pieces or windows lack something, what comes after goes on without.
    if (along.lost?.code === 'left-out') break
    const { result, port } = kept
    if (!result.outputs[port]?.read) missing.add(result)
    else {
      if (result.since) stale.add(result)
      await follower[kept.kind]!(along, kept)
    }
  }
  const file = first.result.config.file
  return {
    ...(typeof file === 'string' && { file }),
    for: examples.for,
    version_2_with_negative: examples.version_2_with_negative,
    steps: along.steps,
    ...(along.lost && { lost: along.lost }),
    missing: [...missing].map(({ stage, make = '' }) => ({ stage, make })),
    stale: [...stale].map(result => ({
      stage: result.stage,
      make: result.make ?? '',
      since: sinceOf(result, results, stale),
    })),
  }
}

/** What has changed of a stage, and of those before it that the question does not go through (`train` before `predict`). */
function sinceOf(
  { since = [], inputs }: KeptResult,
  all: readonly KeptResult[],
  told: ReadonlySet<KeptResult>,
): string[] {
  const before = [...new Set(Object.values(inputs).map(source => all.find(({ stage }) => stage === source.stage)))]
  const untold = before.filter(each => each?.since !== undefined && !told.has(each)) as KeptResult[]
  return [
    ...since,
    ...untold.flatMap(each => [
      ...(each.since ?? []).map(words => `${each.stage}: ${words}`),
      ...sinceOf({ ...each, since: [] }, all, told),
    ]),
  ]
}

/** By kind, what a question's way through an output of that kind is. */
const follower: Readonly<Record<string, (along: Along, kept: Kept) => Promise<void>>> = {
  async [Examples.kind](along, kept) {
    const examples = (await along.read<Examples>(kept))!
    const index = examples.ids.indexOf(along.id)
    const { stage } = kept.result
    if (index >= 0) along.steps.push(traceExample(stage, examples, index))
    else along.lost = { stage, code: 'left-out', why: 'it is not among the questions that this stage kept' }
  },

  async [Pieces.kind](along, kept) {
    const pieces = (await along.read<Pieces>(kept))!
    const found = await exampleOf(along, kept)
    const index = pieces.ids.indexOf(along.id)
    if (!found || index < 0) return lose(along, kept, 'pieces')
    const { context, answer } = found
    const held = answer ?? placesOf(found.gold, context, pieces, pieces.context[index]!)[0]
    along.steps.push(tracePieces(kept.result.stage, pieces, index, context, held))
  },

  async [Windows.kind](along, kept) {
    const windows = (await along.read<Windows>(kept))!
    const pieces = await along.read<Pieces>(sourceOf(kept, Pieces.kind))
    const found = await exampleOf(along, kept)
    const index = windows.ids.indexOf(along.id)
    if (!found || index < 0) return lose(along, kept, 'windows')
    const training = windows.for === 'training'
    const place = training ? undefined : placesOf(found.gold, found.context, windows, windows.context[index]!)[0]
    const answer = training
      ? pieces && labelled(pieces, index)
      : place && ([place.start_piece, place.end_piece] as const)
    const step = traceWindows(
      kept.result.stage,
      windows,
      index,
      pieces && rowLength(pieces.question_pieces, index),
      answer,
    )
    along.steps.push(step)
    const lost = lostIn(step, training && !found.is_impossible, answer !== undefined)
    if (lost) along.lost = { stage: kept.result.stage, ...lost }
  },

  async [TrainingSet.kind](along, kept) {
    const set = (await along.read<TrainingSet>(kept))!
    const index = set.question_ids.indexOf(along.id)
    if (index < 0) return lose(along, kept, 'row')
    along.steps.push(traceTrainingSet(kept.result.stage, set, index))
  },

  async [Predictions.kind](along, kept) {
    const predictions = (await along.read<Predictions>(kept))!
    const examples = await along.read<Examples>(sourceOf(kept, Examples.kind))
    const windows = await along.read<Windows>(sourceOf(kept, Windows.kind))
    const index = examples?.ids.indexOf(along.id) ?? -1
    if (!examples || !windows || index < 0) return lose(along, kept, 'prediction')
    const { stage, config } = kept.result
    const step = tracePrediction(stage, config, predictions, { examples, windows, index })
    if (!step) {
      along.lost = { stage, code: 'no-prediction', why: 'there is no prediction for it; it counts as wrong' }
      return
    }
    along.steps.push(step)
    along.steps.push(traceScore(scorerOf(along, kept) ?? stage, step.prediction, { examples, index }))
  },
}

/** The stage that scores some predictions. */
const scorerOf = ({ results }: Along, { result, port }: Kept): string | undefined =>
  results.find(
    ({ inputs, outputs }) =>
      Object.values(outputs).some(({ kind }) => kind === Metrics.kind) &&
      Object.values(inputs).some(source => source.stage === result.stage && source.port === port),
  )?.stage

/** The question in the examples that something was made from. */
async function exampleOf({ read, id }: Along, kept: Kept) {
  const examples = await read<Examples>(sourceOf(kept, Examples.kind))
  const index = examples?.ids.indexOf(id) ?? -1
  if (!examples || index < 0) return undefined
  const { context, answer, is_impossible } = traceExample('', examples, index)
  return { context, answer: answer ?? undefined, is_impossible, gold: examples.answers[index]![0] ?? '' }
}

function lose(along: Along, { result: { stage } }: Kept, what: string): void {
  along.lost = { stage, code: 'left-out', why: `this stage has no ${what} of it` }
}

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
