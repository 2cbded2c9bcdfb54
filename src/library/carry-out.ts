import type { Store } from '../cache/store.ts'
import type { Plan } from '../plan/plan.ts'
import { expectPins } from '../runner/check-pins.ts'
import { exitCodes, type RunOptions, type RunResult, runPlan } from '../runner/run-plan.ts'
import { fetchFor } from './fetch-for.ts'

export interface CarryOut extends Omit<RunOptions, 'plan' | 'select' | 'whyAnew'> {
  /** The plan as far as it could be made before anything was fetched. */
  readonly first: Plan
  /** Makes it again, when all is in place. */
  replan(): Promise<Plan>
  readonly select: ReadonlySet<string>
  /** Asks the servers whether what was fetched earlier has changed. */
  readonly anew: boolean
  /** See `runPlan`; asked of the plan that is run. */
  whyAnew?(plan: Plan, store: Store): NonNullable<RunOptions['whyAnew']>
}

/** Carries a plan out: fetches what the chosen stages lack, looks at everything once more where that brought something, runs. */
export const carryOut = async ({ first, replan, anew, whyAnew, ...options }: CarryOut): Promise<RunResult> => {
  const { select, store, emit, signal } = options
  const fetched = await fetchFor({ plan: first, chosen: select, store, anew }, emit, signal)
  if (fetched === 'failed' || fetched === 'interrupted')
    return { status: fetched, exitCode: exitCodes[fetched], outcomes: new Map() }
  // With everything in place, the stages can check what they could not before.
  const plan = fetched === 'nothing' ? first : await replan()
  await expectPins(plan, select, store)
  return runPlan({ ...options, plan, ...(whyAnew && { whyAnew: whyAnew(plan, store) }) })
}
