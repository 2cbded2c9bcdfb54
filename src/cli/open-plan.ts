import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { type CacheFolder, type CacheFolderOptions, cacheFolder } from '../cache/folder.ts'
import type { PipelineDocument } from '../config/document.ts'
import { loadPipeline } from '../config/load.ts'
import { type Diagnostic, diagnosticsError, isDiagnosticsError } from '../diagnostic/diagnostic.ts'
import { inOrder } from '../diagnostic/format.ts'
import type { FindAddress } from '../plan/locations.ts'
import { makePlan } from '../plan/make-plan.ts'
import type { Plan } from '../plan/plan.ts'
import { fileProbe } from '../plan/probe.ts'
import { stageResolver } from '../plugin/resolve.ts'
import { builtins } from './builtins.ts'
import { openDigestMemo } from './digest-memo.ts'
import type { Flags } from './flags.ts'

export interface OpenedPlan {
  readonly plan: Plan
  readonly cache: CacheFolder
  readonly profiles: PipelineDocument['profiles']
}

/** A pipeline's plan and where its results are kept; or why there is none. */
export interface CheckedPlan {
  readonly opened?: OpenedPlan
  /** All mistakes and warnings, in the order of their places. */
  readonly diagnostics: readonly Diagnostic[]
}

type PlanFlags = Pick<Flags, 'set' | 'profile' | 'cache-dir'>

/** From the name of a file and flags to a plan, checked in whole. Nothing runs; `write` lets code digests be remembered. */
export const checkPlan = async (
  file: string,
  flags: PlanFlags,
  { write }: { readonly write: boolean } = { write: false },
): Promise<CheckedPlan> => {
  const { env } = process
  const cwd = process.cwd()
  const { set: overrides = [], profile } = flags
  const loaded = loadPipeline({ file, overrides, env, cwd, ...(profile === undefined ? {} : { profile }) })
  const { document } = loaded
  if (!document) return loaded

  const folder = findCache({ pipelineFile: document.file, flag: flags['cache-dir'], env })
  const { cache } = folder
  const resolver = stageResolver({
    builtins,
    memo: openDigestMemo(cache.path, { write: write && folder.mistakes.length === 0 }),
  })
  const probe = fileProbe(dirname(document.file))
  // Loaded by the first address: most pipelines have none.
  const findAddress: FindAddress = async (address, sha256) =>
    (await import('../fetch/whereabouts.ts')).whereaboutsIn(cache.path, env, address, sha256)
  const planned = await makePlan({ document, resolver, probe, cacheDir: cache.path, home: homedir(), findAddress })
  const found = 'plan' in planned ? planned.plan.warnings : planned.mistakes
  const diagnostics = inOrder([...loaded.diagnostics, ...folder.mistakes, ...found])
  if (!('plan' in planned) || diagnostics.some(each => each.severity === 'error')) return { diagnostics }
  const { profiles } = document
  return { opened: { plan: { ...planned.plan, warnings: diagnostics }, cache, profiles }, diagnostics }
}

/** Where results are kept; where that cannot be told, what is wrong, and a place that serves to find other mistakes. */
const findCache = (options: CacheFolderOptions) => {
  try {
    return { cache: cacheFolder(options), mistakes: [] }
  } catch (error) {
    if (!isDiagnosticsError(error)) throw error
    return { cache: { path: join(dirname(options.pipelineFile), '.sluice'), ours: true }, mistakes: error.diagnostics }
  }
}

/** The plan of a pipeline that is right; mistakes are thrown, all at once. */
export const openPlan = async (
  file: string,
  flags: PlanFlags,
  options?: { readonly write: boolean },
): Promise<OpenedPlan> => {
  const { opened, diagnostics } = await checkPlan(file, flags, options)
  if (!opened) throw diagnosticsError(...diagnostics)
  return opened
}
