import { homedir } from 'node:os'
import { dirname } from 'node:path'
import { type CacheFolder, cacheFolder } from '../cache/folder.ts'
import { loadPipeline } from '../config/load.ts'
import { type Diagnostic, diagnosticsError } from '../diagnostic/diagnostic.ts'
import { inOrder } from '../diagnostic/format.ts'
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
  readonly warnings: readonly Diagnostic[]
}

/** A pipeline's plan, or why there is none, and where its results are kept. */
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

  const cache = cacheFolder({ pipelineFile: document.file, flag: flags['cache-dir'], env })
  const resolver = stageResolver({ builtins, memo: openDigestMemo(cache.path, { write }) })
  const probe = fileProbe(dirname(document.file))
  const { plan, diagnostics } = await makePlan({ document, resolver, probe, cacheDir: cache.path, home: homedir() })
  const all = inOrder([...loaded.diagnostics, ...diagnostics])
  const sound = plan && !all.some(each => each.severity === 'error')
  return { ...(sound && { opened: { plan, cache, warnings: all } }), diagnostics: all }
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
