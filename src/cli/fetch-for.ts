import type { Store } from '../cache/store.ts'
import type { FetchRequest } from '../fetch/fetching.ts'
import type { LocationField, Plan } from '../plan/plan.ts'
import { wrongPins } from '../runner/check-pins.ts'
import type { Emit } from '../runner/events.ts'

export interface FetchFor {
  readonly plan: Plan
  /** The stages that are to run. */
  readonly chosen: ReadonlySet<string>
  readonly store: Store
  /** Asks the servers whether what is here has changed (`--rehash`). */
  readonly anew: boolean
}

/**
 * Fetches what the chosen stages read and what is not here; nothing is loaded, and nobody asked, where all is. What does
 * not have the digest that is written beside it is asked for again: the digest may be that of what is there by now.
 */
export const fetchFor = async (
  { plan, chosen, store, anew }: FetchFor,
  emit: Emit,
  signal: AbortSignal,
): Promise<'nothing' | 'fetched' | 'failed' | 'interrupted'> => {
  const requests = new Map<string, FetchRequest>()
  for (const stage of plan.stages) {
    if (!chosen.has(stage.name)) continue
    const fields = stage.locations.filter(({ source }) => source !== undefined)
    const stale = fields.some(({ pin }) => pin) && (await wrongPins(stage, store.memo)).length > 0
    for (const field of fields) {
      const again = anew || (stale && field.pin !== undefined)
      if (again || !field.source!.there) addRequest(requests, field, again)
    }
  }
  if (requests.size === 0) return 'nothing'

  const { fetchAddresses } = await import('../fetch/fetch-addresses.ts')
  const begun = performance.now()
  const status = await fetchAddresses({ requests: [...requests.values()], store, env: process.env, emit, signal })
  if (status !== 'fetched') emit({ event: 'run', status, ms: Math.round(performance.now() - begun) })
  return status
}

/** Several stages may read from one address; it is fetched once. */
const addRequest = (requests: Map<string, FetchRequest>, { source, pin }: LocationField, anew: boolean): void => {
  const { address, range } = source!
  const before = requests.get(address.text)
  const pins = [...(before?.pins ?? []), ...(pin ? [pin] : [])]
  requests.set(address.text, { address, range: before?.range ?? range, pins, anew: anew || before?.anew === true })
}
