import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { type CacheFolder, type CacheFolderOptions, cacheFolder } from '../cache/folder.ts'
import { cellFolder, cellSettings } from '../config/cell-name.ts'
import type { PipelineDocument } from '../config/document.ts'
import { loadPipeline } from '../config/load.ts'
import { type Diagnostic, diagnosticsError, isDiagnosticsError } from '../diagnostic/diagnostic.ts'
import { inOrder } from '../diagnostic/format.ts'
import { inOwnFolders } from '../plan/cell-folders.ts'
import { type PlannedCell, planCells } from '../plan/cells.ts'
import type { FindAddress } from '../plan/locations.ts'
import { makePlan } from '../plan/make-plan.ts'
import type { Plan } from '../plan/plan.ts'
import { fileProbe } from '../plan/probe.ts'
import { stageResolver } from '../plugin/resolve.ts'
import { count } from '../report/human.ts'
import { builtins } from './builtins.ts'
import { openDigestMemo } from './digest-memo.ts'
import type { Flags } from './flags.ts'
import { shellWord } from './shell-word.ts'

interface Opened {
  readonly cache: CacheFolder
  readonly profiles: PipelineDocument['profiles']
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
  const plan = (document: PipelineDocument) =>
    makePlan({ document, resolver, probe, cacheDir: cache.path, home: homedir(), findAddress })
  const { profiles } = document
  const before = [...loaded.diagnostics, ...folder.mistakes]
  if (loaded.cells) {
    const documents = loaded.cells.map(({ cell, load }) => ({ cell, ...load() }))
    const planned = await planCells(documents, plan)
    const diagnostics = inOrder([...before, ...('cells' in planned ? planned.warnings : planned.mistakes)])
    if (!('cells' in planned) || hasError(diagnostics)) return { diagnostics }
    return { opened: { cells: planned.cells, warnings: diagnostics, cache, profiles }, diagnostics }
  }
  const planned = await plan(document)
  const diagnostics = inOrder([...before, ...('plan' in planned ? planned.plan.warnings : planned.mistakes)])
  if (!('plan' in planned) || hasError(diagnostics)) return { diagnostics }
  const whole = { ...planned.plan, warnings: diagnostics }
  const own = loaded.cell ? inOwnFolders(whole, cellFolder(loaded.cell)) : whole
  return { opened: { plan: own, cache, profiles }, diagnostics }
}

const hasError = (diagnostics: readonly Diagnostic[]): boolean => diagnostics.some(each => each.severity === 'error')

/** Where results are kept; where that cannot be told, what is wrong, and a place that serves to find other mistakes. */
const findCache = (options: CacheFolderOptions) => {
  try {
    return { cache: cacheFolder(options), mistakes: [] }
  } catch (error) {
    if (!isDiagnosticsError(error)) throw error
    return { cache: { path: join(dirname(options.pipelineFile), '.sluice'), ours: true }, mistakes: error.diagnostics }
  }
}

/** The plan of a pipeline that is right, or those of its cells; mistakes are thrown, all at once. */
export const openPlans = async (
  file: string,
  flags: PlanFlags,
  options?: { readonly write: boolean },
): Promise<OpenedPlan | OpenedMatrix> => {
  const { opened, diagnostics } = await checkPlan(file, flags, options)
  if (!opened) throw diagnosticsError(...diagnostics)
  return opened
}

/** The plan of a pipeline without a matrix, or of the cell that `--set` has chosen; that there are several cells is a mistake. */
export const openPlan = async (file: string, flags: PlanFlags): Promise<OpenedPlan> => {
  const opened = await openPlans(file, flags)
  if ('cells' in opened) throw diagnosticsError(whichCell(opened))
  return opened
}

/** The mistake of asking for one cell's sake without saying which. */
export const whichCell = ({ cells }: OpenedMatrix): Diagnostic => {
  const [first] = cells
  const open = first!.cell.filter(({ chosen }) => !chosen)
  const settings = cellSettings(open).map(each => `--set ${shellWord(each)}`)
  return {
    severity: 'error',
    code: 'which-cell',
    message: `The matrix of \`${first!.plan.name}\` has ${count(cells.length, 'cell')}, and this command shows one.`,
    range: open[0]!.key,
    hint: `Choose it: ${settings.join(' ')}`,
  }
}
