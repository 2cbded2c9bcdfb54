import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { type CacheFolder, type CacheFolderOptions, cacheFolder } from '../cache/folder.ts'
import type { PipelineDocument } from '../config/document.ts'
import { type Loaded, type LoadedCell, loadPipeline } from '../config/load.ts'
import { type Diagnostic, isDiagnosticsError, type SourceText } from '../diagnostic/diagnostic.ts'
import { inOrder } from '../diagnostic/format.ts'
import type { Witness } from '../plan/asked.ts'
import type { PlannedCell } from '../plan/cells.ts'
import type { FindAddress } from '../plan/locations.ts'
import { makePlan, type Planned } from '../plan/make-plan.ts'
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

type Env = Readonly<Record<string, string | undefined>>

interface Opened {
  /** Where there are cells, what they have in common. */
  readonly document: PipelineDocument
  /** The file's text that the document was read from. */
  readonly source?: SourceText
  readonly cache: CacheFolder
}

export interface OpenedPlan extends Opened {
  readonly plan: Plan
}

/** Of a pipeline with a matrix: a plan for each cell, and the warnings of all. */
export interface OpenedMatrix extends Opened {
  readonly cells: readonly PlannedCell[]
  readonly warnings: readonly Diagnostic[]
}

/** A pipeline's plan, or plans, and where its results are kept; or why there are none. */
export interface CheckedPlan {
  readonly opened?: OpenedPlan | OpenedMatrix
  /** All mistakes and warnings, in the order of their places. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads a pipeline file, with what this process is given by its environment. */
export const loadFile = (file: string, { set = [], profile }: Settings, env: Env = process.env): Loaded =>
  loadPipeline({
    file,
    overrides: set,
    env,
    cwd: process.cwd(),
    ...(profile === undefined ? {} : { profile }),
  })

export interface CheckPlanOptions {
  /** Lets code digests be remembered. */
  readonly write: boolean
  /** Keeps account of what is looked at. */
  readonly witness?: Witness
}

/** From a loaded file to a plan, or to that of each cell, checked in whole. Nothing runs. */
export const checkPlan = async (
  loaded: Loaded,
  { cacheDir }: Pick<Settings, 'cacheDir'>,
  { write, witness }: CheckPlanOptions = { write: false },
): Promise<CheckedPlan> => {
  const { env } = process
  const { document, source } = loaded
  if (!document) return { diagnostics: loaded.diagnostics }

  const folder = findCache({ pipelineFile: document.file, flag: cacheDir, env })
  const { cache } = folder
  const files = fileProbe(dirname(document.file))
  const probe = witness?.probe(files) ?? files
  const resolver = stageResolver({
    builtins,
    versionOf: name => probe.ourPackage(name)?.version,
    memo: openDigestMemo(cache.path, { write: write && folder.mistakes.length === 0 }),
  })
  // Loaded by the first address: most pipelines have none.
  const findAddress: FindAddress = async (address, sha256) =>
    (await import('../fetch/whereabouts.ts')).whereaboutsIn(cache.path, env, address, sha256)
  const planOf = (document: PipelineDocument) =>
    makePlan({ document, resolver, probe, cacheDir: cache.path, home: homedir(), findAddress })
  const planned = loaded.cells ? await plansOf(loaded.cells, planOf) : await planOf(document)
  const found = 'mistakes' in planned ? planned.mistakes : 'plan' in planned ? planned.plan.warnings : planned.warnings
  const diagnostics = inOrder([...loaded.diagnostics, ...folder.mistakes, ...found])
  const from = source ? { source } : {}
  if ('mistakes' in planned || diagnostics.some(each => each.severity === 'error')) return { diagnostics }
  if ('cells' in planned)
    return { opened: { cells: planned.cells, warnings: diagnostics, document, ...from, cache }, diagnostics }
  const plan = await inOwnFolders({ ...planned.plan, warnings: diagnostics }, document)
  return { opened: { plan, document, ...from, cache }, diagnostics }
}

// What only a matrix needs is loaded by the first one: most pipelines have none.
const plansOf = async (cells: readonly LoadedCell[], planOf: (document: PipelineDocument) => Promise<Planned>) =>
  (await import('../plan/cells.ts')).planCells(
    cells.map(({ cell, load }) => ({ cell, ...load() })),
    planOf,
  )

const inOwnFolders = async (plan: Plan, { cell }: PipelineDocument): Promise<Plan> =>
  cell ? (await import('../plan/cell-folders.ts')).inOwnFolders(plan, cell) : plan

/** Where results are kept; where that cannot be told, what is wrong, and a place that serves to find other mistakes. */
const findCache = (options: CacheFolderOptions) => {
  try {
    return { cache: cacheFolder(options), mistakes: [] }
  } catch (error) {
    if (!isDiagnosticsError(error)) throw error
    return { cache: { path: join(dirname(options.pipelineFile), '.sluice'), ours: true }, mistakes: error.diagnostics }
  }
}
