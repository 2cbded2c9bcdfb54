import type { KeptResult } from '../../plugin/stage-command.ts'
import { Examples } from '../examples.ts'
import { Metrics } from '../metrics.ts'
import { Pieces } from '../pieces.ts'
import { Predictions } from '../predictions.ts'
import { TrainingSet } from '../training-set.ts'
import { Windows } from '../windows.ts'
import { type Kept, keptArtifacts, type Read, reachedFrom, reader, sourceOf } from './artifacts.ts'
import { joined, type Passed, passExamples, passPieces, passPredictions, passTrainingSet, passWindows } from './pass.ts'
import type { Way } from './trace-record.ts'

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

/** A question that is followed, and what it is followed through. */
interface Along {
  readonly id: string
  readonly read: Read
  readonly results: readonly KeptResult[]
}

async function follow(
  id: string,
  first: Kept,
  examples: Examples,
  all: readonly Kept[],
  results: readonly KeptResult[],
  read: Read,
): Promise<Way> {
  const along: Along = { id, read, results }
  const passed: Passed[] = []
  const reached = reachedFrom(first, all)
  const missing = new Set<KeptResult>()
  const stale = new Set<KeptResult>()
  for (const kept of reached) {
    // Where its pieces or windows lack something, what comes after goes on without.
    if (passed.at(-1)?.lost?.code === 'left-out') break
    const { result, port } = kept
    if (!result.outputs[port]?.read) missing.add(result)
    else {
      if (result.since) stale.add(result)
      passed.push(await follower[kept.kind]!(along, kept))
    }
  }
  const file = first.result.config.file
  return {
    ...(typeof file === 'string' && { file }),
    for: examples.for,
    version_2_with_negative: examples.version_2_with_negative,
    ...joined(passed),
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

/** By kind, what an output of that kind adds to a question's way. */
const follower: Readonly<Record<string, (along: Along, kept: Kept) => Promise<Passed>>> = {
  async [Examples.kind]({ id, read }, kept) {
    return passExamples(id, kept.result.stage, (await read<Examples>(kept))!)
  },

  async [Pieces.kind]({ id, read }, kept) {
    const pieces = (await read<Pieces>(kept))!
    return passPieces(id, kept.result.stage, pieces, await read<Examples>(sourceOf(kept, Examples.kind)))
  },

  async [Windows.kind]({ id, read }, kept) {
    const windows = (await read<Windows>(kept))!
    const pieces = await read<Pieces>(sourceOf(kept, Pieces.kind))
    const examples = await read<Examples>(sourceOf(kept, Examples.kind))
    return passWindows(id, kept.result.stage, windows, pieces, examples)
  },

  async [TrainingSet.kind]({ id, read }, kept) {
    return passTrainingSet(id, kept.result.stage, (await read<TrainingSet>(kept))!)
  },

  async [Predictions.kind](along, kept) {
    const { id, read } = along
    const { stage, config } = kept.result
    const predictions = (await read<Predictions>(kept))!
    const examples = await read<Examples>(sourceOf(kept, Examples.kind))
    const windows = await read<Windows>(sourceOf(kept, Windows.kind))
    return passPredictions(id, { stage, config, scorer: scorerOf(along, kept) }, predictions, examples, windows)
  },
}

/** The stage that scores some predictions. */
const scorerOf = ({ results }: Along, { result, port }: Kept): string | undefined =>
  results.find(
    ({ inputs, outputs }) =>
      Object.values(outputs).some(({ kind }) => kind === Metrics.kind) &&
      Object.values(inputs).some(source => source.stage === result.stage && source.port === port),
  )?.stage
