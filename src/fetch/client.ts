import { setTimeout as sleep } from 'node:timers/promises'
import type { Environment } from './places.ts'
import { isPassing, troubleError, troubleOf, troubleOfFetch } from './trouble.ts'

/** How often and how long something is tried that may only be wrong for a while. */
export interface Patience {
  /** Failures in a row, without a byte in between. */
  readonly tries: number
  /** Before the second try; it doubles. */
  readonly pauseMs: number
  /** A connection from which nothing comes for so long counts as broken. */
  readonly silenceMs: number
}

export const patience: Patience = { tries: 4, pauseMs: 500, silenceMs: 60_000 }

/** What speaks HTTP. */
export interface Client {
  readonly fetch: typeof fetch
  readonly patience: Patience
  readonly signal: AbortSignal
}

/** Node's own `fetch` knows no proxies before Node 24; undici's is taken where the environment names one. */
export const openClient = async (
  env: Environment,
  { signal, patience }: Pick<Client, 'signal' | 'patience'>,
): Promise<Client> => {
  const httpProxy = env.http_proxy || env.HTTP_PROXY
  const httpsProxy = env.https_proxy || env.HTTPS_PROXY || httpProxy
  if (!httpsProxy) return { fetch, patience, signal }
  const undici = await import('undici')
  const dispatcher = new undici.EnvHttpProxyAgent({
    ...(httpProxy && { httpProxy }),
    httpsProxy,
    noProxy: env.no_proxy ?? env.NO_PROXY ?? '',
  })
  const proxied = (input: string, init: object) => undici.fetch(input, { ...init, dispatcher })
  return { fetch: proxied as unknown as typeof fetch, patience, signal }
}

/** One request. Throws trouble for everything but an answer that is none of failure. */
export const request = async (
  { fetch, signal }: Client,
  url: string,
  init: RequestInit = {},
  until: AbortSignal = signal,
): Promise<Response> => {
  const headers = { 'user-agent': 'sluice', ...Object.fromEntries(new Headers(init.headers)) }
  let response: Response
  try {
    response = await fetch(url, { ...init, headers, signal: until })
  } catch (error) {
    signal.throwIfAborted()
    throw troubleError(troubleOfFetch(error, url))
  }
  if (response.ok || response.status === 304) return response
  await letGo(response)
  const code = response.headers.get('x-error-code') ?? undefined
  const message = response.headers.get('x-error-message') ?? undefined
  const retryAfterMs = secondsIn(response.headers.get('retry-after'))
  throw troubleError({
    kind: 'status',
    status: response.status,
    url: withoutQuery(response.url || url),
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}

/** Ends an answer of which nothing more is read. That its connection is broken by then is no trouble. */
export const letGo = async ({ body }: Response): Promise<void> => {
  await body?.cancel().catch(() => {})
}

/** Tries again what failed for a reason that may pass; `progressed` says whether the last try brought something. */
export const patiently = async <T>(
  { patience, signal }: Client,
  attempt: () => Promise<T>,
  progressed: () => boolean = () => false,
): Promise<T> => {
  for (let failures = 0; ; ) {
    try {
      return await attempt()
    } catch (error) {
      const trouble = troubleOf(error)
      failures = progressed() ? 1 : failures + 1
      if (trouble === undefined || !isPassing(trouble) || failures >= patience.tries) throw error
      const asked = trouble.kind === 'status' ? trouble.retryAfterMs : undefined
      await sleep(Math.min(asked ?? patience.pauseMs * 2 ** (failures - 1), longestPauseMs), undefined, { signal })
    }
  }
}

/** What a redirect adds there may be a key to what it leads to: nothing to print. */
const withoutQuery = (url: string): string => url.replace(/[?#].*/, '')

const longestPauseMs = 30_000

const secondsIn = (header: string | null): number | undefined =>
  header !== null && /^\d+$/.test(header) ? Number(header) * 1000 : undefined
