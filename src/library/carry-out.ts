import type { Store } from '../cache/store.ts'
import type { Plan } from '../plan/plan.ts'
import { exitCodes, type RunOptions, type RunResult, runPlan } from '../runner/run-plan.ts'
import { allInPlace } from './all-in-place.ts'

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
  const { select: chosen, store, emit, signal } = options
  const again = async () => [{ plan: await replan(), chosen }]
  const settled = await allInPlace({ first: [{ plan: first, chosen }], replan: again, store, anew, emit, signal })
  if (settled === 'failed' || settled === 'interrupted')
    return { status: settled, exitCode: exitCodes[settled], outcomes: new Map() }
  const { plan } = settled[0]!
  return runPlan({ ...options, plan, ...(whyAnew && { whyAnew: whyAnew(plan, store) }) })
}
