import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openStore } from '../../src/cache/store.ts'
import { formatDiagnostic } from '../../src/diagnostic/format.ts'
import { rangeAt } from '../../src/diagnostic/position.ts'
import { fetchAddresses } from '../../src/fetch/fetch-addresses.ts'
import { type Environment, placesOf } from '../../src/fetch/places.ts'
import { whereabouts } from '../../src/fetch/whereabouts.ts'
import { type Address, parseAddress } from '../../src/plan/address.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import type { FileServer } from './file-server.ts'

export const addressOf = (text: string): Address => {
  const address = parseAddress(text)
  if ('expected' in address) throw new Error(`${text} is none`)
  return address
}

export interface Machine {
  readonly folder: string
  readonly cache: string
  /** Fetches an address; `silenceMs` and `signal` as said, pauses short. */
  fetch(text: string, options?: FetchingOptions): Promise<FetchingResult>
  where(text: string): ReturnType<typeof whereabouts>
}

export interface FetchingOptions {
  readonly sha256?: string
  readonly anew?: boolean
  readonly signal?: AbortSignal
  readonly silenceMs?: number
  readonly env?: Environment
  /** Is told what has arrived, so that connections break when they are to. */
  readonly server?: FileServer
  readonly onEvent?: (event: RunEvent) => void
}

export interface FetchingResult {
  readonly status: 'fetched' | 'failed' | 'interrupted'
  /** The last event of the address, its times left out. */
  readonly last: object
  readonly events: readonly RunEvent[]
  /** What was wrong, as it is printed. */
  readonly text: string
}

/** A cache folder, and a cache of Hugging Face's, both empty; gone after the test. */
export const machine = (env: Environment = {}, cacheFolder?: string): Machine => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-fetch-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const cache = cacheFolder ?? join(folder, 'cache')
  const ours: Environment = { HF_HOME: join(folder, 'hf'), ...env }
  return {
    folder,
    cache,
    where: text => whereabouts(placesOf(cache, ours), addressOf(text)),
    async fetch(text, options = {}) {
      const {
        anew = false,
        signal = new AbortController().signal,
        silenceMs = 60_000,
        env = {},
        onEvent,
        server,
      } = options
      const source = { name: '/p/p.yaml', text: `file: ${text}\n` }
      const written = { range: rangeAt(source, 6, 6 + text.length), related: [] }
      const pins = options.sha256 === undefined ? [] : [{ sha256: options.sha256, pointer: '/sha256', written }]
      const events: RunEvent[] = []
      const status = await fetchAddresses({
        requests: [{ address: addressOf(text), written, pins, anew }],
        store: await openStore({ path: cache, ours: false }),
        env: { ...ours, ...env },
        emit: event => {
          events.push(event)
          if (event.event === 'fetch' && event.status === 'progress') server?.arrived(event.bytes!)
          onEvent?.(event)
        },
        progressMs: 0,
        signal,
        patience: { tries: 3, pauseMs: 1, silenceMs },
      })
      const {
        ms,
        event: _,
        address: __,
        ...last
      } = events.findLast(({ event }) => event === 'fetch') as RunEvent & {
        readonly event: 'fetch'
      }
      const problems = events.flatMap(event => (event.event === 'diagnostic' ? [event.diagnostic] : []))
      const printed = problems.map(({ range, ...rest }) => formatDiagnostic(rest, { cwd: '/p' })).join('\n\n')
      return { status, last, events, text: printed.replaceAll(folder, '<here>') }
    },
  }
}
