import { join } from 'node:path'
import { cacheFolder } from '../cache/folder.ts'
import { openStore } from '../cache/store.ts'
import { type Diagnostic, type DiagnosticsError, diagnosticsError } from '../diagnostic/diagnostic.ts'
import { rangeAt } from '../diagnostic/position.ts'
import { type Address, looksLikeAddress, parseAddress } from '../plan/address.ts'
import type { Written } from '../plan/plan.ts'
import { makeReport, styleFor } from '../report/report.ts'
import type { Flags } from './flags.ts'

export interface ModelFolderOptions {
  readonly flags: Pick<Flags, 'cache-dir' | 'rehash'>
  readonly signal: AbortSignal
}

/**
 * The folder of a model that an argument names: a path as it is, or an address of the Hub, which is fetched as before a run, into
 * the same places. What happens is told on stderr, because stdout is for answers.
 * @throws diagnostics; `isNotFetched` says whether the command line was right. The signal's reason where it is aborted.
 */
export const modelFolder = async (location: string, { flags, signal }: ModelFolderOptions): Promise<string> => {
  if (!looksLikeAddress(location)) return location
  const written: Written = { range: rangeAt({ name: 'MODEL', text: location }, 0, location.length), related: [] }
  const address = hubModel(location)
  if ('expected' in address)
    throw diagnosticsError({
      severity: 'error',
      code: 'address',
      message: `Expected MODEL to be ${address.expected}; found ${location}.`,
    })
  const env = process.env
  const folder = cacheFolder({ pipelineFile: join(process.cwd(), 'none.yaml'), flag: flags['cache-dir'], env })
  const { whereaboutsIn } = await import('../fetch/whereabouts.ts')
  const look = () => whereaboutsIn(folder.path, env, address)
  const anew = flags.rehash === true
  if (look().there && !anew) return look().path

  const report = await makeReport(styleFor(false, process.stderr, env), {
    out: process.stderr,
    err: process.stderr,
    cwd: process.cwd(),
  })
  const problems: Diagnostic[] = []
  const { fetchAddresses } = await import('../fetch/fetch-addresses.ts')
  const status = await fetchAddresses({
    requests: [{ address, written, pins: [], anew }],
    store: await openStore(folder),
    env,
    signal,
    emit(event) {
      if (event.event === 'fetch') report.event(event)
      if (event.event === 'diagnostic') problems.push(event.diagnostic)
    },
  }).finally(() => report.end())
  signal.throwIfAborted()
  if (status === 'failed') throw Object.assign(diagnosticsError(...problems), { [notFetched]: true })
  return look().path
}

const notFetched = Symbol('not fetched')

/** Whether the command line is right, and what it names could not be had. */
export const isNotFetched = (error: unknown): error is DiagnosticsError =>
  typeof error === 'object' && error !== null && notFetched in error

/** A model in Hugging Face form is several files: an address of one is none of a model. */
const hubModel = (location: string): Exclude<Address, { kind: 'file' }> | { readonly expected: string } => {
  const address = parseAddress(location)
  const isModel = 'kind' in address && address.kind === 'hub' && address.type === 'model' && address.file === undefined
  return isModel ? address : { expected: 'a folder, hf://owner/name or hf://owner/name@revision' }
}
