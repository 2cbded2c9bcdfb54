import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PipelineDocument } from '../../src/config/document.ts'
import { loadPipeline } from '../../src/config/load.ts'
import { formatDiagnostics } from '../../src/diagnostic/format.ts'
import { type PlannedCell, type PlannedCells, planCells } from '../../src/plan/cells.ts'
import { makePlan, type Planned } from '../../src/plan/make-plan.ts'
import type { Plan, Whereabouts } from '../../src/plan/plan.ts'
import { fileProbe } from '../../src/plan/probe.ts'
import { type BuiltinStages, stageResolver } from '../../src/plugin/resolve.ts'
import { toyStages } from './toy-stages.ts'

export interface PlanningOptions {
  readonly builtins?: BuiltinStages
  readonly overrides?: readonly string[]
  /** What lies where; other addresses have not been fetched. */
  readonly addresses?: Readonly<Record<string, Whereabouts>>
  /** The text to plan in place of the file's own. */
  readonly text?: string
}

export interface PlanningResult {
  readonly plan?: Plan
  /** Of a pipeline with a matrix. */
  readonly cells?: readonly PlannedCell[]
  /** All diagnostics as they are printed, the pipeline's folder left out. */
  readonly text: string
  /** `code line` of each. */
  readonly brief: readonly string[]
}

/** Loads and plans a pipeline file with the toy stages, or others. */
export const planFile = async (file: string, options: PlanningOptions = {}): Promise<PlanningResult> => {
  const folder = dirname(file)
  const { builtins = toyStages, overrides = [], text } = options
  const env = { HERE: 'data.json' }
  const loaded = loadPipeline({ file, overrides, env, cwd: folder, ...(text !== undefined && { text }) })
  const resolver = withoutDigests(builtins)
  const probe = fileProbe(folder)
  const plan = (document: PipelineDocument) =>
    makePlan({
      document,
      resolver,
      probe,
      cacheDir: join(folder, '.sluice'),
      home: '/home/someone',
      findAddress: async ({ text }) => options.addresses?.[text] ?? { path: join(folder, 'fetched'), there: false },
    })
  const documents = loaded.cells?.map(({ cell, load }) => ({ cell, ...load() }))
  const planned = documents
    ? await planCells(documents, plan)
    : loaded.document
      ? await plan(loaded.document)
      : { mistakes: [] }
  const diagnostics = [...loaded.diagnostics, ...diagnosticsOf(planned)]
  const isSound = loaded.diagnostics.length === 0
  return {
    ...('plan' in planned && isSound && { plan: planned.plan }),
    ...('cells' in planned && isSound && { cells: planned.cells }),
    text: withoutFolders(formatDiagnostics(diagnostics, { cwd: folder }), folder),
    brief: diagnostics.map(({ code, range }) => `${code} ${range?.start.line}`),
  }
}

const diagnosticsOf = (planned: Planned | PlannedCells) => {
  if ('mistakes' in planned) return planned.mistakes
  return 'cells' in planned ? planned.warnings : planned.plan.warnings
}

const repository = fileURLToPath(new URL('../..', import.meta.url))

const withoutFolders = (text: string, folder: string) =>
  text
    .replaceAll(folder, '<here>')
    .replaceAll(repository, '<repository>/')
    .replaceAll(tmpdir(), '<tmp>')
    .replace(/toy-stages\.ts:\d+:\d+/g, 'toy-stages.ts:<place>')

/** The digests of built-in stages belong to the build; these stages are in none. */
const withoutDigests = (builtins: BuiltinStages) => {
  const resolver = stageResolver({ builtins })
  return {
    ...resolver,
    resolve: async (uses: string, folder: string) => {
      const found = await resolver.resolve(uses, folder)
      return found.ok && uses in builtins ? { ...found, code: async () => `code of ${uses}` } : found
    },
  }
}

/** A folder with a pipeline in `p.yaml` and the files that toy pipelines read; gone when `use` is over. */
export const planText = async (yaml: string, options: PlanningOptions = {}): Promise<PlanningResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-plan-'))
  try {
    mkdirSync(join(folder, 'm'))
    for (const name of ['data.json', 'vocab.txt']) writeFileSync(join(folder, name), 'a\nb')
    writeFileSync(join(folder, 'p.yaml'), yaml)
    const { plan, ...rest } = await planFile(join(folder, 'p.yaml'), options)
    return plan ? { plan: JSON.parse(withoutFolder(plan, folder)), ...rest } : rest
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const withoutFolder = (plan: Plan, folder: string) => JSON.stringify(plan).replaceAll(folder, '<here>')
