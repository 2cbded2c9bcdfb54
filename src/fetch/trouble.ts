/** What went wrong between us and a server, before it is put into words. */
export type Trouble =
  | {
      readonly kind: 'status'
      readonly status: number
      /** Where the answer came from, after redirects. */
      readonly url: string
      /** What the Hub says besides. */
      readonly code?: string
      readonly message?: string
      readonly retryAfterMs?: number
    }
  | { readonly kind: 'unreachable'; readonly host: string; readonly reason: string; readonly passing: boolean }
  /** The connection ended, or fell silent, before all was there; `bytes` of what is kept as far as it came. */
  | { readonly kind: 'broken'; readonly host: string; readonly bytes?: number; readonly total?: number }
  | { readonly kind: 'redirects'; readonly host: string }
  /** An answer that is not one of the Hub. */
  | { readonly kind: 'answer'; readonly host: string; readonly message: string }
  | { readonly kind: 'length'; readonly bytes: number; readonly expected: number }

const tag = Symbol('trouble')

export const troubleError = (trouble: Trouble): Error => Object.assign(new Error(trouble.kind), { [tag]: trouble })

export const troubleOf = (error: unknown): Trouble | undefined =>
  typeof error === 'object' && error !== null ? (error as { readonly [tag]?: Trouble })[tag] : undefined

/** Whether trying again may help. */
export const isPassing = (trouble: Trouble): boolean =>
  trouble.kind === 'broken' ||
  (trouble.kind === 'unreachable' && trouble.passing) ||
  (trouble.kind === 'status' && (trouble.status === 429 || trouble.status === 408 || trouble.status >= 500))

/** What answers, or does not, at once and for good. */
const lasting: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH'])

/** The trouble behind what `fetch` threw. */
export const troubleOfFetch = (error: unknown, url: string): Trouble => {
  const { host } = new URL(url)
  const { cause } = (error ?? {}) as { readonly cause?: { readonly code?: string; readonly message?: string } }
  const { code, message = String((error as Error).message) } = cause ?? {}
  if (/redirect/i.test(message)) return { kind: 'redirects', host }
  const reason = code ?? message
  return {
    kind: 'unreachable',
    host,
    reason,
    passing: !lasting.has(reason) && !/^(ERR_|CERT_|DEPTH_|SELF_|UNABLE_)/.test(reason),
  }
}
