import { join } from 'node:path'
import { changedFiles } from '../cache/changed-files.ts'
import type { Entry } from '../cache/draft.ts'
import { readHistory, type Use } from '../cache/history.ts'
import { staticKey } from '../cache/key.ts'
import { readEntries } from '../cache/look-up.ts'
import { inspect } from '../cache/payload.ts'
import { openStore, type Store } from '../cache/store.ts'
import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import type { OpenedPlan } from '../library/check-plan.ts'
import type { PlannedStage } from '../plan/plan.ts'
import type { KeptOutput, KeptResult } from '../plugin/stage-command.ts'
import { fileChanges, recordChanges } from '../runner/changes.ts'
import { outputKind } from '../runner/run-state.ts'
import { type SurveyedStage, survey } from '../runner/survey.ts'
import { runLine } from './called.ts'
import type { Arguments } from './command.ts'
import { notThere } from './not-there.ts'
import { changeWords } from './reasons.ts'

/** What the cache holds of a stage, with the entry that it is from. */
export interface Kept extends KeptResult {
  readonly entry?: Entry
}

/**
 * What the cache holds of each stage of a pipeline, in its order. Of a stage that has no result as it is now, it is the
 * newest one that a run of this pipeline made from just what is shown of the stages before it, and what has changed since.
 */
export const keptResults = async ({ plan, cache }: OpenedPlan, given: Arguments): Promise<readonly Kept[]> => {
  const store = await openStore(cache, { readOnly: true })
  const history = await readHistory(store, plan.file)
  const kept: Kept[] = []
  for (const surveyed of await survey({ plan, store, asStored: true })) {
    const { stage, found } = surveyed
    if (found.hit) kept.push(keptOf(surveyed, found.hit, given))
    else {
      const uses = history?.stages[stage.name] ?? []
      const older = await newest(
        store,
        uses.filter(use => isMadeFrom(use, stage, kept)),
      )
      const since = older && (await changesSince(store, surveyed, older))
      kept.push({ ...keptOf(surveyed, older, given), ...(since && { since }) })
    }
  }
  return kept
}

/** Whether a result was made from what these results hold. */
const isMadeFrom = ({ record }: Use, { inputs }: PlannedStage, kept: readonly Kept[]): boolean =>
  Object.entries(inputs).every(([port, source]) => {
    const entry = kept.find(({ stage }) => stage === source.stage)?.entry
    return entry !== undefined && entry.manifest.outputs[source.port]?.digest === record.inputs[port]
  })

/** The newest of these results that the cache still holds. */
const newest = async (store: Store, uses: readonly Use[]): Promise<Entry | undefined> => {
  for (const { key, record } of uses) {
    const { entries } = await readEntries(store, staticKey(record))
    const entry = entries.find(each => each.key === key)
    if (entry) return entry
  }
  return undefined
}

/** What of the stage itself is not as it was when a result was made: its inputs are seen in the stages before. */
const changesSince = async (store: Store, { stage, record }: SurveyedStage, { manifest }: Entry): Promise<string[]> => {
  const fetched = manifest.files.filter(
    ({ field }) => !stage.locations.some(({ pointer, source }) => pointer === field && source?.there === false),
  )
  const files = fileChanges('file', await changedFiles(store.memo, fetched, stage.locations), stage.where)
  const own = recordChanges(manifest.record, record, stage.where).filter(({ part }) => part !== 'input')
  return [...own, ...files].map(changeWords)
}

const keptOf = ({ stage, found }: SurveyedStage, entry: Entry | undefined, given: Arguments): Kept => {
  const ports = Object.entries<{ readonly kind: string }>(stage.definition.outputs ?? {})
  const outputs = ports.map(([port, { kind }]) => [port, outputOf(port, kind, entry, stage, given)] as const)
  const asMade = Object.entries(entry?.manifest.record.config ?? {}).filter(([, value]) => value !== null)
  return {
    stage: stage.name,
    config: { ...stage.config, ...(found.hit ? {} : Object.fromEntries(asMade)) },
    inputs: stage.inputs,
    outputs: Object.fromEntries(outputs),
    ...(!found.hit && { make: runLine(given, { until: stage.name }) }),
    ...(entry && { entry }),
  }
}

const outputOf = (
  port: string,
  kind: string,
  entry: Entry | undefined,
  stage: PlannedStage,
  given: Arguments,
): KeptOutput => {
  const stored = entry?.manifest.outputs[port]
  if (!entry || stored?.kind !== kind) return { kind }
  const folder = join(entry.dir, port)
  return {
    kind,
    async read() {
      const damage = await inspect(folder, stored)
      if (damage === undefined) return outputKind(stage, port).read(folder)
      throw diagnosticsError(notThere(stage.name, damage, given))
    },
  }
}
