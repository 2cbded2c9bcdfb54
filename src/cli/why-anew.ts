import { type History, readHistory } from '../cache/history.ts'
import type { KeyRecord } from '../cache/key.ts'
import type { Store } from '../cache/store.ts'
import type { Plan, PlannedStage } from '../plan/plan.ts'
import { nearestUse } from '../runner/explain.ts'
import { changesWords } from './reasons.ts'

/**
 * Says of a stage that is about to run which settings set it apart from its nearest earlier run; nothing where that differs in
 * more than settings, or where there is none. So nobody wonders why a training that was finished, and is now to be longer,
 * begins at its beginning.
 */
export const whyAnew = (plan: Plan, store: Store) => {
  let history: Promise<History | undefined> | undefined
  return async (stage: PlannedStage, record: KeyRecord): Promise<string | undefined> => {
    history ??= readHistory(store, plan.file)
    const uses = (await history)?.stages[stage.name] ?? []
    const { changes = [] } = (await nearestUse(store, { stage, record }, uses)) ?? {}
    if (changes.length === 0 || changes.some(({ part }) => part !== 'config')) return undefined
    return `an earlier result is not reused: ${changesWords(changes)}`
  }
}
