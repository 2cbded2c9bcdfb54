import type { Entry } from '../cache/draft.ts'
import { lookUp } from '../cache/look-up.ts'
import type { Store } from '../cache/store.ts'
import type { PlanOutline } from '../plan/outline.ts'
import type { Source } from '../plan/plan.ts'
import type { Emit } from './events.ts'
import { recordIdentity } from './record-identity.ts'
import { since, tellReused, useOf } from './reuse.ts'
import { leaveCache } from './run-end.ts'
import { recordOf } from './stage-record.ts'

/**
 * A run that finds every result in the cache: it looks each up, says and notes down what `runPlan` does. Where one is not there, or
 * cannot be looked for, it returns false, and has said nothing.
 */
export const reuseAll = async (outline: PlanOutline, store: Store, emit: Emit): Promise<boolean> => {
  const begun = performance.now()
  // Whatever goes wrong here goes wrong in `runPlan` too, which has the words.
  const results = await findAll(outline, store).catch(() => undefined)
  const uses = new Map([...(results ?? [])].map(([name, { entry }]) => [name, useOf(entry)]))
  await leaveCache(store, outline, uses)
  if (results === undefined) return false

  const { name: pipeline, file, stages } = outline
  emit({ event: 'run', status: 'started', pipeline, file, stages: stages.map(({ name }) => name) })
  for (const [name, { entry, ms }] of results) tellReused(emit, name, entry, ms)
  emit({ event: 'run', status: 'done', ms: since(begun) })
  return true
}

interface Result {
  readonly entry: Entry
  readonly ms: number
}

const findAll = async (outline: PlanOutline, store: Store): Promise<ReadonlyMap<string, Result> | undefined> => {
  const results = new Map<string, Result>()
  const keyOf = (name: string) => results.get(name)?.entry.key
  const contentOf = ({ stage, port }: Source) => results.get(stage)!.entry.manifest.outputs[port]!.digest
  for (const stage of outline.stages) {
    const asked = performance.now()
    const record = recordOf(stage, contentOf, stage => recordIdentity(outline, stage, keyOf))
    const { hit } = await lookUp(store, record, stage.locations)
    if (hit === undefined) return undefined
    results.set(stage.name, { entry: hit, ms: since(asked) })
  }
  return results
}
