import type { Entry } from '../cache/draft.ts'
import type { Use } from '../cache/history.ts'
import type { KeyRecord } from '../cache/key.ts'
import type { Store } from '../cache/store.ts'
import type { Plan, PlannedStage, Source } from '../plan/plan.ts'
import type { AnyKind } from '../plugin/stage.ts'
import type { Emit } from './events.ts'
import { recordIdentity } from './record-identity.ts'
import { recordOf } from './stage-record.ts'
import type { Values } from './values.ts'

/** How a stage ended. */
export type Outcome =
  /** Its result is in the cache. */
  | { readonly status: 'done'; readonly entry: Entry }
  /** It was not selected, and the cache does not hold its result. */
  | { readonly status: 'absent' }
  | { readonly status: 'failed' | 'interrupted' }
  /** `because`: the stage whose failure is the reason. */
  | { readonly status: 'skipped'; readonly because: string }

/** What one run has to know. */
export interface RunState {
  readonly plan: Plan
  readonly store: Store
  readonly emit: Emit
  readonly signal: AbortSignal
  readonly graceMs: number
  readonly keepGoing: boolean
  /** What to do about a stage's result that is not in the cache, in words. */
  readonly howToMake: ((stage: string) => string) | undefined
  /** Why a stage is about to run that ran before with other settings, in words. */
  readonly whyAnew: ((stage: PlannedStage, record: KeyRecord) => Promise<string | undefined>) | undefined
  /** Stages that run even if nothing changed. */
  readonly force: ReadonlySet<string>
  /** The stages to run, where not all are; the others are only looked for in the cache. */
  readonly select: ReadonlySet<string> | undefined
  readonly outcomes: Map<string, Outcome>
  readonly values: Values
  /** The stages that are at work. */
  readonly working: Set<string>
  /** The stages whose results this run has made. */
  readonly made: Set<string>
  /** The results that were made or reused, for the history. */
  readonly uses: Map<string, Use>
}

/** The result of a stage that has ended well. */
export const entryOf = (run: RunState, stage: string): Entry => {
  const outcome = run.outcomes.get(stage)
  if (outcome?.status !== 'done') throw new Error(`there is no result of ${stage}`)
  return outcome.entry
}

/** The digest of what comes from a source. */
export const contentOf = (run: RunState, { stage, port }: Source): string => {
  const output = entryOf(run, stage).manifest.outputs[port]
  if (output === undefined) throw new Error(`the result of ${stage} has no output ${port}`)
  return output.digest
}

/** What a stage's result depends on, once the results of those before it are there. */
export const recordIn = (run: RunState, stage: PlannedStage): KeyRecord =>
  recordOf(
    stage,
    source => contentOf(run, source),
    stage => recordIdentity(run.plan, stage, name => keyIn(run, name)),
  )

/** The key of a stage's result; nothing where it has none, because it was not selected. */
const keyIn = ({ outcomes }: RunState, stage: string): string | undefined => {
  const outcome = outcomes.get(stage)
  return outcome?.status === 'done' ? outcome.entry.key : undefined
}

export const stageOf = (plan: Plan, name: string): PlannedStage => {
  const stage = plan.stages.find(each => each.name === name)
  if (stage === undefined) throw new Error(`the plan has no stage ${name}`)
  return stage
}

/** The artifact kind with which an output is written and read. */
export const outputKind = (stage: PlannedStage, port: string): AnyKind => {
  const kind = stage.definition.outputs?.[port]
  if (kind === undefined) throw new Error(`stage ${stage.name} has no output ${port}`)
  return kind
}
