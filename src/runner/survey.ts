import type { KeyRecord } from '../cache/key.ts'
import { type Found, lookUp } from '../cache/look-up.ts'
import type { StoredOutput } from '../cache/manifest.ts'
import type { Store } from '../cache/store.ts'
import type { Plan, PlannedStage, Source } from '../plan/plan.ts'
import { recordIdentity } from './record-identity.ts'
import { recordOf } from './stage-record.ts'

export interface SurveyOptions {
  readonly plan: Plan
  /** May be read-only. */
  readonly store: Store
  readonly force?: ReadonlySet<string>
  /** Takes no notice of stages that are made anew on every run: what matters is what is there. */
  readonly asStored?: boolean
}

/** What a run would do with a stage, as far as can be known without running anything. */
export interface SurveyedStage {
  readonly stage: PlannedStage
  readonly status: 'cached' | 'would-run' | 'unknown'
  readonly record: KeyRecord
  /** Input ports whose content is not known yet, because its stage would run. */
  readonly unknownInputs: ReadonlySet<string>
  /** The stages that these come from. */
  readonly waitsFor: readonly string[]
  /** The addresses that a run would fetch first: what they bring is not known. */
  readonly fetches: readonly string[]
  /** It runs whatever the cache holds: it is forced, or its configuration says so. */
  readonly anew?: 'forced' | 'always'
  /** What the cache holds; nothing where an input is not known. */
  readonly found: Found
  /** What the stage itself says of the work that it would have. */
  readonly outlook?: string
}

/** Looks at every stage of a plan. Computes nothing and changes nothing. */
export const survey = async (options: SurveyOptions): Promise<SurveyedStage[]> => {
  const { plan, store } = options
  const surveyed: SurveyedStage[] = []
  const hitOf = (stage: string) => {
    const found = surveyed.find(each => each.stage.name === stage)
    return found?.status === 'cached' ? found.found.hit : undefined
  }
  const stored = ({ stage, port }: Source): StoredOutput | undefined => hitOf(stage)?.manifest.outputs[port]
  const keyOf = (stage: string): string | undefined => hitOf(stage)?.key
  const content = (source: Source): string => stored(source)?.digest ?? unknown
  for (const stage of plan.stages) {
    const untold = (stage.recorded?.stages ?? []).filter(name => keyOf(name) === undefined)
    const record = recordOf(stage, content, stage => recordIdentity(plan, stage, keyOf))
    const waitsFor = Object.entries(stage.inputs).filter(([, source]) => content(source) === unknown)
    const unknownRecords = untold.length > 0 ? stage.recorded!.ports : []
    const fetches = stage.locations.flatMap(({ source }) => (source?.there === false ? [source.address.text] : []))
    const anew = reasonToMakeAnew(stage, options)
    const known = waitsFor.length === 0 && untold.length === 0 && fetches.length === 0
    const found = known ? await lookUp(store, record, stage.locations) : { misses: [], damaged: [] }
    const status = anew ? 'would-run' : !known ? 'unknown' : found.hit === undefined ? 'would-run' : 'cached'
    const outlook = status === 'cached' ? undefined : outlookOf(stage, stored)
    surveyed.push({
      stage,
      record,
      found,
      unknownInputs: new Set([...waitsFor.map(([port]) => port), ...unknownRecords]),
      waitsFor: [...new Set([...waitsFor.map(([, source]) => source.stage), ...untold])],
      fetches,
      status,
      ...(anew && { anew }),
      ...(outlook !== undefined && { outlook }),
    })
  }
  return surveyed
}

const reasonToMakeAnew = (stage: PlannedStage, { force, asStored }: SurveyOptions) => {
  if (asStored) return undefined
  if (force?.has(stage.name)) return 'forced'
  return stage.definition.always?.(stage.config) === true ? 'always' : undefined
}

const outlookOf = (
  { definition, config, inputs }: PlannedStage,
  stored: (source: Source) => StoredOutput | undefined,
) => {
  const records = Object.entries(inputs).flatMap(([port, source]) => {
    const count = stored(source)?.records
    return count === undefined ? [] : [[port, count] as const]
  })
  return definition.outlook?.(config, Object.fromEntries(records))
}

const unknown = 'unknown'

/** A line of `plan`. */
export interface StageState {
  readonly stage: string
  readonly status: SurveyedStage['status']
  /** The addresses that a run would fetch first. */
  readonly fetches?: readonly string[]
  /** Of the stored result that would be reused. */
  readonly bytes?: number
  readonly created?: string
  readonly key?: string
  /** What the stage says of the work that it would have: `1,504 optimizer steps`. */
  readonly outlook?: string
}

/** For each stage whether a run would reuse its result, make it, or cannot know yet (an equal input may save it). */
export const planStatus = async (options: SurveyOptions): Promise<StageState[]> =>
  (await survey(options)).map(({ stage, status, fetches, outlook, found: { hit } }) => ({
    stage: stage.name,
    status,
    ...(fetches.length > 0 && { fetches }),
    ...(outlook !== undefined && { outlook }),
    ...(status === 'cached' &&
      hit !== undefined && { bytes: hit.manifest.bytes, created: hit.manifest.created, key: hit.key }),
  }))
