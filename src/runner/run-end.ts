import { addToHistory, type Use } from '../cache/history.ts'
import type { Store } from '../cache/store.ts'
import type { Plan } from '../plan/plan.ts'

/** What is left to do in the cache when a run has ended: others may remove what it used, and know that it did. */
export const leaveCache = async (
  store: Store,
  { name: pipeline, file }: Pick<Plan, 'name' | 'file'>,
  uses: ReadonlyMap<string, Use>,
): Promise<void> => {
  store.claims.release()
  // Only `explain` and `cache ls` need it: a disk that is full by now does not spoil the run.
  if (uses.size > 0) await addToHistory(store, { pipeline, file }, uses).catch(() => {})
}
