import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { digestOf, digestOfText } from '../cache/canonical.ts'
import { type CacheFolder, cacheFolder } from '../cache/folder.ts'
import { readSealed, writeSealed } from '../cache/sealed.ts'
import { fileOfPipeline, rootOf, type Store, temporaryPath } from '../cache/store.ts'
import { findPipeline } from '../config/find.ts'
import { readText } from '../config/read.ts'
import { isDiagnosticsError, type SourceText } from '../diagnostic/diagnostic.ts'
import { type Asked, isStillTrue } from '../plan/asked.ts'
import { outlineOf, type PlanOutline } from '../plan/outline.ts'
import type { Plan } from '../plan/plan.ts'
import { fileProbe } from '../plan/probe.ts'
import { build } from './build.ts'
import { builtins } from './builtins.ts'
import type { Settings } from './check-plan.ts'

// A plan is a function of the pipeline file, the command line, our own code, and what the probe answered while it was made. So
// the outline of the last plan of each pipeline file is kept with all of these, and the next run that finds each of them
// unchanged need not read YAML, load stages and check again. Results are looked up all the same, file by file: what is kept
// here says which keys to look for, and nothing about what is in the cache.

interface KeptPlan {
  /** Digest of what was planned, by whom, where; see `circumstances`. */
  readonly of: string
  readonly asked: readonly Asked[]
  readonly outline: PlanOutline
}

export interface OpenedOutline {
  readonly outline: PlanOutline
  readonly cache: CacheFolder
}

/** The outline of the plan that this pipeline has, if one was kept and would come out the same now. Nothing runs, nothing is written. */
export const openKeptPlan = (name: string, settings: Settings): OpenedOutline | undefined => {
  if (build === undefined) return undefined
  const found = findPipeline(name, process.cwd())
  const read = 'file' in found ? readText(found.file, process.cwd()) : found
  if ('diagnostic' in read) return undefined
  const { source } = read
  const cache = cacheOf(source.name, settings)
  const kept = cache && readSealed<KeptPlan>(planFile(cache.path, source.name))
  if (!kept || kept.of !== circumstances(source, settings, cache.path)) return undefined
  return isStillTrue(kept.asked, fileProbe(dirname(source.name))) ? { outline: kept.outline, cache } : undefined
}

export interface MadePlan {
  /** The file's text as it was read for the plan. */
  readonly source: SourceText
  readonly settings: Settings
  readonly plan: Plan
  /** Whatever the probe was asked. */
  readonly asked: readonly Asked[]
}

/** Keeps a plan for the next run, unless another has kept the same, or its stages are not ours (their code may look at what it likes). */
export const keepPlan = (store: Store, { source, settings, plan, asked }: MadePlan): void => {
  const outline = plan.stages.every(({ uses }) => Object.hasOwn(builtins, uses)) ? outlineOf(plan) : undefined
  if (build === undefined || !outline) return
  const file = planFile(store.folder, source.name)
  const kept: KeptPlan = { of: circumstances(source, settings, store.folder), asked, outline }
  if (JSON.stringify(readSealed(file)) !== JSON.stringify(kept)) writeSealed(file, kept, temporaryPath(store))
}

const circumstances = ({ name, text }: SourceText, { set = [], profile, cacheDir }: Settings, cache: string): string =>
  digestOf({
    build: build ?? null,
    node: process.version,
    machine: `${process.platform} ${process.arch}`,
    folder: process.cwd(),
    home: homedir(),
    cache,
    file: name,
    text: digestOfText(text),
    set: [...set],
    profile: profile ?? null,
    cacheDir: cacheDir ?? null,
  })

/** Where the plans are that are kept in a cache folder, a file each. */
export const plansFolder = (cache: string): string => join(rootOf(cache), 'plans')

const planFile = (cache: string, pipeline: string): string => fileOfPipeline(rootOf(cache), 'plans', pipeline)

/** Where it cannot be told, planning says why. */
const cacheOf = (pipelineFile: string, { cacheDir }: Settings): CacheFolder | undefined => {
  try {
    return cacheFolder({ pipelineFile, flag: cacheDir, env: process.env })
  } catch (error) {
    if (!isDiagnosticsError(error)) throw error
    return undefined
  }
}
