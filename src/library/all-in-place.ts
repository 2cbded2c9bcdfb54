import type { Store } from '../cache/store.ts'
import type { Plan } from '../plan/plan.ts'
import { expectPins } from '../runner/check-pins.ts'
import type { Emit } from '../runner/events.ts'
import { fetchFor } from './fetch-for.ts'

/** A plan, and the stages of it that are to run. */
export interface Chosen {
  readonly plan: Plan
  readonly chosen: ReadonlySet<string>
}

export interface AllInPlace<C extends Chosen> {
  /** What is to run, as far as it could be planned before anything was fetched: one plan, or that of each cell. */
  readonly first: readonly C[]
  /** Plans it again, when all is there. */
  replan(): Promise<readonly C[]>
  readonly store: Store
  /** Asks the servers whether what was fetched earlier has changed. */
  readonly anew: boolean
  readonly emit: Emit
  readonly signal: AbortSignal
}

/** Fetches what the chosen stages lack, looks at everything once more where that brought something, and holds files against their digests. */
export const allInPlace = async <C extends Chosen>({
  first,
  replan,
  store,
  anew,
  emit,
  signal,
}: AllInPlace<C>): Promise<readonly C[] | 'failed' | 'interrupted'> => {
  const fetched = await fetchFor({ plans: first, store, anew }, emit, signal)
  if (fetched === 'failed' || fetched === 'interrupted') return fetched
  // With everything in place, the stages can check what they could not before.
  const settled = fetched === 'nothing' ? first : await replan()
  for (const { plan, chosen } of settled) await expectPins(plan, chosen, store)
  return settled
}
