import type { Store } from '../cache/store.ts'
import { isDiagnosticsError } from '../diagnostic/diagnostic.ts'
import type { Emit } from '../runner/events.ts'
import { type Client, openClient, type Patience, patience } from './client.ts'
import type { Fetched, Fetching, FetchRequest } from './fetching.ts'
import { hubAccess } from './hub-access.ts'
import { type Environment, placesOf } from './places.ts'
import { inWords } from './wrong.ts'

export interface FetchOptions {
  readonly requests: readonly FetchRequest[]
  /** Opened for writing. */
  readonly store: Store
  readonly env: Environment
  readonly emit: Emit
  readonly signal: AbortSignal
  readonly patience?: Patience
  /** Between two reports of one file's progress. Ten times a second is as much as anybody can see. */
  readonly progressMs?: number
}

/**
 * Brings what the addresses name onto this machine, one after the other. All that happens is said through `emit`. What is
 * wrong with one does not keep the others from being fetched; after an interruption the parts stay, to go on from.
 */
export const fetchAddresses = async (options: FetchOptions): Promise<'fetched' | 'failed' | 'interrupted'> => {
  const { requests, env, signal } = options
  const client = await openClient(env, { signal, patience: options.patience ?? patience })
  for (const { address } of requests) options.emit({ event: 'fetch', address: address.text, status: 'pending' })
  let failed = false
  for (const request of requests) {
    if (signal.aborted) return 'interrupted'
    const ok = await fetchOne(request, client, options)
    if (signal.aborted) return 'interrupted'
    if (!ok) failed = true
  }
  return failed ? 'failed' : 'fetched'
}

const fetchOne = async (request: FetchRequest, client: Client, options: FetchOptions): Promise<boolean> => {
  const { store, env, emit } = options
  const { address, written } = request
  const begun = performance.now()
  const said = { event: 'fetch', address: address.text } as const
  emit({ ...said, status: 'started' })
  const { tell, flush } = throttled(event => emit({ ...said, ...event }), options.progressMs ?? 100)
  const fetching: Fetching = { ...request, places: placesOf(store.folder, env), store, env, client, tell }
  const since = () => Math.round(performance.now() - begun)
  try {
    const fetched = await fetchContent(fetching, request)
    flush()
    emit({ ...said, ...fetched, ms: since() })
    return true
  } catch (error) {
    flush()
    if (client.signal.aborted) {
      emit({ ...said, status: 'interrupted', ms: since() })
      return false
    }
    emit({ ...said, status: 'failed', ms: since() })
    const asked = { address, written, hub: hubAccess(env), tries: client.patience.tries }
    const known = isDiagnosticsError(error) ? error : inWords(error, asked)
    if (known === undefined) throw error
    for (const diagnostic of known.diagnostics) emit({ event: 'diagnostic', diagnostic })
    return false
  }
}

/** What speaks to the Hub is loaded only for an address of it. */
const fetchContent = async (fetching: Fetching, { address }: FetchRequest): Promise<Fetched> =>
  address.kind === 'file'
    ? (await import('./fetch-file.ts')).fetchFile(address, fetching)
    : (await import('./fetch-hub.ts')).fetchHub(address, fetching)

type Tell = Fetching['tell']

/** Lets progress through so often; the last report is never lost, and is not kept back when nothing more comes. */
const throttled = (emit: Tell, pauseMs: number): { readonly tell: Tell; flush(): void } => {
  let held: Parameters<Tell>[0] | undefined
  let timer: NodeJS.Timeout | undefined
  let last = Number.NEGATIVE_INFINITY
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (held === undefined) return
    const event = held
    held = undefined
    last = performance.now()
    emit(event)
  }
  return {
    tell(event) {
      held = event
      if (event.status !== 'progress' || performance.now() - last >= pauseMs) flush()
      else timer ??= setTimeout(flush, pauseMs)
    },
    flush,
  }
}
