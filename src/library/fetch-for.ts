import type { Store } from '../cache/store.ts'
import type { FetchRequest } from '../fetch/fetching.ts'
import type { FetchSource, Pin } from '../plan/plan.ts'
import type { Emit } from '../runner/events.ts'
import type { Chosen } from './all-in-place.ts'

export interface FetchFor {
  readonly plans: readonly Chosen[]
  readonly store: Store
  /** Asks the servers whether what is here has changed (`--rehash`). */
  readonly anew: boolean
}

/** Fetches what the chosen stages read and what is not here; nothing is loaded, and nobody asked, where all is. */
export const fetchFor = async (
  { plans, store, anew }: FetchFor,
  emit: Emit,
  signal: AbortSignal,
): Promise<'nothing' | 'fetched' | 'failed' | 'interrupted'> => {
  const requests = new Map<string, FetchRequest>()
  const stages = plans.flatMap(({ plan, chosen }) => plan.stages.filter(({ name }) => chosen.has(name)))
  for (const { locations } of stages)
    for (const { source, pin } of locations)
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
  const known = before?.pins ?? []
  // The cells of a matrix have most of their locations from the same place.
  const isNew = pin && !known.some(each => each.sha256 === pin.sha256 && each.written.range === pin.written.range)
  const pins = isNew ? [...known, pin] : known
  requests.set(address.text, { address, written: before?.written ?? written, pins, anew })
}
