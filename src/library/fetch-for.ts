import type { Store } from '../cache/store.ts'
import type { FetchRequest } from '../fetch/fetching.ts'
import type { FetchSource, Pin, Plan } from '../plan/plan.ts'
import type { Emit } from '../runner/events.ts'

export interface FetchFor {
  readonly plan: Plan
  /** The stages that are to run. */
  readonly chosen: ReadonlySet<string>
  readonly store: Store
  /** Asks the servers whether what is here has changed (`--rehash`). */
  readonly anew: boolean
}

/** Fetches what the chosen stages read and what is not here; nothing is loaded, and nobody asked, where all is. */
export const fetchFor = async (
  { plan, chosen, store, anew }: FetchFor,
  emit: Emit,
  signal: AbortSignal,
): Promise<'nothing' | 'fetched' | 'failed' | 'interrupted'> => {
  const requests = new Map<string, FetchRequest>()
  for (const { name, locations } of plan.stages)
    for (const { source, pin } of chosen.has(name) ? locations : [])
      if (source && (anew || !source.there)) addRequest(requests, source, pin, anew)
  if (requests.size === 0) return 'nothing'

  const { fetchAddresses } = await import('../fetch/fetch-addresses.ts')
  const begun = performance.now()
  const status = await fetchAddresses({ requests: [...requests.values()], store, env: process.env, emit, signal })
  if (status !== 'fetched') emit({ event: 'run', status, ms: Math.round(performance.now() - begun) })
  return status
}

/** Several stages may read from one address; it is fetched once. */
const addRequest = (
  requests: Map<string, FetchRequest>,
  { address, written }: FetchSource,
  pin: Pin | undefined,
  anew: boolean,
): void => {
  const before = requests.get(address.text)
  const pins = [...(before?.pins ?? []), ...(pin ? [pin] : [])]
  requests.set(address.text, { address, written: before?.written ?? written, pins, anew })
}
