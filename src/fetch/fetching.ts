import type { Store } from '../cache/store.ts'
import type { Address } from '../plan/address.ts'
import type { Pin, Written } from '../plan/plan.ts'
import type { RunEvent } from '../runner/events.ts'
import type { Client } from './client.ts'
import type { Environment, Places } from './places.ts'

type FetchEvent = Extract<RunEvent, { event: 'fetch' }>

/** An address to bring here. */
export interface FetchRequest {
  readonly address: Address
  readonly written: Written
  /** The digests that its file must have. */
  readonly pins: readonly Pin[]
  /** Asks the server even if it is here: what has changed there is fetched. */
  readonly anew: boolean
}

/** What fetching one address needs to know. */
export interface Fetching extends Omit<FetchRequest, 'address'> {
  readonly places: Places
  readonly store: Store
  readonly env: Environment
  readonly client: Client
  tell(event: Omit<FetchEvent, 'event' | 'address'>): void
}

/** What became of it. */
export type Fetched = Pick<FetchEvent, 'bytes' | 'commit'> & { readonly status: 'fetched' | 'found' }
