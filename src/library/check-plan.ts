import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { type CacheFolder, type CacheFolderOptions, cacheFolder } from '../cache/folder.ts'
import type { PipelineDocument } from '../config/document.ts'
import { type Loaded, loadPipeline } from '../config/load.ts'
import { type Diagnostic, isDiagnosticsError } from '../diagnostic/diagnostic.ts'
import { inOrder } from '../diagnostic/format.ts'
import type { FindAddress } from '../plan/locations.ts'
import { makePlan } from '../plan/make-plan.ts'
import type { Plan } from '../plan/plan.ts'
import { fileProbe } from '../plan/probe.ts'
import { stageResolver } from '../plugin/resolve.ts'
import { builtins } from './builtins.ts'
import { openDigestMemo } from './digest-memo.ts'

/** What is asked for beside the pipeline file. */
export interface Settings {
  /** The `--set` arguments: `vars.model=./bert`. */
  readonly set?: readonly string[] | undefined
  readonly profile?: string | undefined
  readonly cacheDir?: string | undefined
}

export interface OpenedPlan {
  readonly plan: Plan
  readonly document: PipelineDocument
  readonly cache: CacheFolder
}

/** A pipeline's plan and where its results are kept; or why there is none. */
export interface CheckedPlan {
  readonly opened?: OpenedPlan
  /** All mistakes and warnings, in the order of their places. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads a pipeline file, with what this process is given by its environment. */
export const loadFile = (file: string, { set = [], profile }: Settings): Loaded =>
  loadPipeline({
    file,
    overrides: set,
    env: process.env,
    cwd: process.cwd(),
    ...(profile === undefined ? {} : { profile }),
  })

/** From a loaded file to a plan, checked in whole. Nothing runs; `write` lets code digests be remembered. */
export const checkPlan = async (
  loaded: Loaded,
  { cacheDir }: Pick<Settings, 'cacheDir'>,
  { write }: { readonly write: boolean } = { write: false },
): Promise<CheckedPlan> => {
  const { env } = process
  const { document } = loaded
  if (!document) return { diagnostics: loaded.diagnostics }

  const folder = findCache({ pipelineFile: document.file, flag: cacheDir, env })
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
  return { opened: { plan: { ...planned.plan, warnings: diagnostics }, document, cache }, diagnostics }
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
