import type { KeyRecord } from '../cache/key.ts'
import type { Store } from '../cache/store.ts'
import type { Plan, PlannedStage } from '../plan/plan.ts'
import { demandOf } from './demand.ts'
import type { Emit } from './events.ts'
import { leaveCache } from './run-end.ts'
import type { Outcome, RunState } from './run-state.ts'
import { isStopping, pass, settle } from './settle.ts'
import { createValues } from './values.ts'
import { walk } from './walk.ts'

export interface RunOptions {
  readonly plan: Plan
  /** Opened for writing. */
  readonly store: Store
  readonly emit: Emit
  readonly signal: AbortSignal
  /** Stages that run even if nothing changed. */
  readonly force?: ReadonlySet<string>
  /** The stages to run, where not all are: what they need of others must be in the cache. */
  readonly select?: ReadonlySet<string> | undefined
  /** After a failure, go on with the stages that do not need the failed one. */
  readonly keepGoing?: boolean
  /** How many stages run side by side at most, and how many cores they keep busy together (1). */
  readonly jobs?: number
  /** How long a stage may take to end after the signal (10 s), unless it `heedsSignal`; then it is left behind. */
  readonly graceMs?: number
  /** What to do about a stage's result that is not in the cache, in words. */
  howToMake?(stage: string): string
  /** Why a stage is about to run that ran before with other settings, in words. */
  whyAnew?(stage: PlannedStage, record: KeyRecord): Promise<string | undefined>
}

export interface RunResult {
  readonly status: 'done' | 'failed' | 'interrupted'
  readonly exitCode: 0 | 1 | 130
  /** By stage, in the order in which they ended. */
  readonly outcomes: ReadonlyMap<string, Outcome>
}

/**
 * Walks a plan: each stage's result is found in the cache or made. All that happens is said through `emit`. A stage's
 * failure is a result of the run, not an exception; after an interruption nothing half-made stays behind, though a stage
 * that did not heed the signal may still be busy in this process.
 */
export const runPlan = async (options: RunOptions): Promise<RunResult> => {
  const { plan, store, emit, signal, force, select, keepGoing = false, jobs = 1, graceMs = 10_000, howToMake } = options
  const begun = performance.now()
  const run: RunState = {
    plan,
    store,
    emit,
    signal,
    graceMs,
    howToMake,
    whyAnew: options.whyAnew,
    keepGoing,
    force: force ?? new Set(),
    select,
    outcomes: new Map(),
    values: createValues(plan.stages),
    working: new Set(),
    made: new Set(),
    uses: new Map(),
  }
  const stages = plan.stages.map(({ name }) => name)
  emit({ event: 'run', status: 'started', pipeline: plan.name, file: plan.file, stages })
  for (const diagnostic of plan.warnings) emit({ event: 'diagnostic', diagnostic })

  try {
    await walk(plan.stages, {
      jobs,
      pass: stage => pass(run, stage),
      demand: stage => demandOf(run, stage),
      work: stage => settle(run, stage),
      isStopping: () => isStopping(run),
    })
  } finally {
    await leaveCache(store, plan, run.uses)
  }

  const status = statusOf(run)
  emit({ event: 'run', status, ms: Math.round(performance.now() - begun) })
  return { status, exitCode: exitCodes[status], outcomes: run.outcomes }
}

/** What a program that runs the plan exits with. */
export const exitCodes = { done: 0, failed: 1, interrupted: 130 } as const

const statusOf = ({ outcomes }: RunState): RunResult['status'] => {
  const statuses = [...outcomes.values()].map(({ status }) => status)
  return statuses.includes('interrupted') ? 'interrupted' : statuses.includes('failed') ? 'failed' : 'done'
}
