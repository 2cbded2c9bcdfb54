import { changedFiles } from '../cache/changed-files.ts'
import { readHistory, type Use } from '../cache/history.ts'
import type { FileRecord } from '../cache/key.ts'
import type { Store } from '../cache/store.ts'
import { type Change, fileChanges, recordChanges } from './changes.ts'
import { type SurveyedStage, type SurveyOptions, survey } from './survey.ts'

/**
 * Why a stage would run or not.
 * `same`: nothing changed. `changed`: see `changes`. `first`: this pipeline never ran it. `gone`: nothing changed,
 * but the result is not in the cache any more. `damaged`: it is, and is damaged. `forced`, `always`: it runs anyway.
 * `waiting`: nothing of its own changed; it depends on the results of `waitsFor` and on what `fetches` bring.
 */
export type Reason = 'same' | 'changed' | 'first' | 'gone' | 'damaged' | 'forced' | 'always' | 'waiting'

export interface Explanation {
  readonly stage: string
  readonly status: SurveyedStage['status']
  readonly reason: Reason
  /** When the result, or the one that it is compared with, was last used (ISO 8601). */
  readonly time?: string
  readonly changes: readonly Change[]
  /** Stages that would run first and may bring other content. */
  readonly waitsFor: readonly string[]
  /** Addresses that would be fetched first. */
  readonly fetches?: readonly string[]
  /** What is wrong with a stored result. */
  readonly damage?: string
  /** What the stage says of the work that it would have. */
  readonly outlook?: string
}

/**
 * Says for each stage why a run would make its result or not. A stage is compared with that earlier run of it in this
 * pipeline from which the fewest parts of its key differ, the latest of equals. It is not compared with what other pipelines
 * made: nothing "changed" from one pipeline to another.
 */
export const explain = async (options: SurveyOptions): Promise<Explanation[]> => {
  const { plan, store } = options
  const history = await readHistory(store, plan.file)
  const explanations: Explanation[] = []
  for (const surveyed of await survey(options)) {
    const uses = history?.stages[surveyed.stage.name] ?? []
    explanations.push(await explainStage(store, surveyed, uses))
  }
  return explanations
}

const explainStage = async (store: Store, surveyed: SurveyedStage, uses: readonly Use[]): Promise<Explanation> => {
  const { stage, status, found, waitsFor, fetches, anew, outlook } = surveyed
  const about = {
    stage: stage.name,
    status,
    waitsFor,
    ...(fetches.length > 0 && { fetches }),
    ...(outlook !== undefined && { outlook }),
  }
  if (found.hit !== undefined) {
    const { key, manifest } = found.hit
    const time = uses.find(use => use.key === key)?.time ?? manifest.created
    return { ...about, reason: anew ?? 'same', time, changes: [] }
  }
  const nearest = await nearestUse(store, surveyed, uses)
  const changes = nearest?.changes ?? []
  const damage = found.damaged[0]?.reason
  return {
    ...about,
    reason: anew ?? reasonFor(surveyed, nearest),
    ...(nearest !== undefined && { time: nearest.use.time }),
    changes,
    ...(damage !== undefined && { damage }),
  }
}

interface Nearest {
  readonly use: Use
  readonly changes: readonly Change[]
}

const reasonFor = ({ waitsFor, fetches, found }: SurveyedStage, nearest: Nearest | undefined): Reason => {
  const waits = waitsFor.length > 0 || fetches.length > 0
  if (nearest === undefined) return waits ? 'waiting' : found.damaged.length > 0 ? 'damaged' : 'first'
  if (nearest.changes.length > 0) return 'changed'
  return waits ? 'waiting' : found.damaged.length > 0 ? 'damaged' : 'gone'
}

/** A stage and its key as it would be now, as far as that is known. */
type Compared = Pick<SurveyedStage, 'stage' | 'record'> & Partial<SurveyedStage>

/** That of these earlier uses from which the fewest parts of the key differ, the first of equals. */
export const nearestUse = async (
  store: Store,
  compared: Compared,
  uses: readonly Use[],
): Promise<Nearest | undefined> => {
  let nearest: Nearest | undefined
  for (const use of uses) {
    const changes = await changesSince(store, compared, use)
    if (nearest === undefined || changes.length < nearest.changes.length) nearest = { use, changes }
  }
  return nearest
}

const changesSince = async (
  store: Store,
  { stage, record, found, unknownInputs }: Compared,
  use: Use,
): Promise<Change[]> => {
  const unfetched = stage.locations.filter(({ source }) => source?.there === false).map(({ pointer }) => pointer)
  const filesSince = async (part: 'file' | 'wrote', files: readonly FileRecord[]) => {
    const known = files.filter(({ field }) => field === null || !unfetched.includes(field))
    return fileChanges(part, await changedFiles(store.memo, known, stage.locations), stage.where)
  }
  const wrote = found?.misses.find(({ entry }) => entry.key === use.key)?.entry.manifest.wrote ?? []
  return [
    ...recordChanges(use.record, record, stage.where).filter(
      ({ part, name }) => part !== 'input' || !unknownInputs?.has(name),
    ),
    ...(await filesSince('file', use.files)),
    ...(await filesSince('wrote', wrote)),
  ]
}
