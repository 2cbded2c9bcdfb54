import { availableParallelism } from 'node:os'
import { openStore } from '../cache/store.ts'
import type { PipelineDocument } from '../config/document.ts'
import type { LoadedCell } from '../config/load.ts'
import { type Diagnostic, diagnosticsError } from '../diagnostic/diagnostic.ts'
import { formatDiagnostics, inOrder } from '../diagnostic/format.ts'
import type { Json } from '../plugin/artifact.ts'
import { count } from '../plugin/few.ts'
import { expectPins } from '../runner/check-pins.ts'
import type { RunEvent } from '../runner/events.ts'
import { planStatus } from '../runner/survey.ts'
import { carryOut } from './carry-out.ts'
import { checkPlan, loadFile, type OpenedPlan } from './check-plan.ts'
import { chosenStages, forcedStages } from './choose.ts'
import type {
  Pipeline,
  PipelineOptions,
  PipelinePlan,
  PlanOptions,
  RunOutcome,
  RunPipelineOptions,
} from './library.types.ts'
import { outcomesOf } from './outcomes.ts'

/** See `loadPipeline`. */
export const readPipeline = (file: string, { set = {}, profile, cacheDir }: PipelineOptions): Pipeline => {
  const arguments_ = Object.entries(set).map(([path, value]) => `${path}=${JSON.stringify(value)}`)
  const { document, diagnostics, cells } = loadFile(file, { set: arguments_, profile })
  if (!document) throw wrong(diagnostics)
  return {
    document,
    diagnostics,
    ...(cells && { cells: cells.map(settingsOf) }),
    ...(cacheDir !== undefined && { cacheDir }),
  }
}

/** See `plan`. */
export const planPipeline = async (pipeline: Pipeline, options: PlanOptions): Promise<PipelinePlan> => {
  const { plan, cache } = await open(pipeline, { write: false })
  const chosen = chosenStages(plan, options)
  const force = forcedStages(plan, options, chosen)
  const store = await openStore(cache, { rehash: options.rehash === true, readOnly: true })
  await expectPins(plan, chosen, store)
  const states = await planStatus({ plan, store, force })
  const stages = plan.stages.flatMap(({ name, uses, config, inputs, after }, index) =>
    chosen.has(name) ? [{ ...states[index]!, uses, config, inputs, after }] : [],
  )
  return { name: plan.name, file: plan.file, stages, warnings: plan.warnings }
}

/** See `run`. */
export const runPipeline = async (pipeline: Pipeline, options: RunPipelineOptions): Promise<RunOutcome> => {
  const { signal = new AbortController().signal, onEvent, rehash = false, keepGoing = false } = options
  const jobs = options.jobs ?? availableParallelism()
  const { plan, cache } = await open(pipeline, { write: true })
  const select = chosenStages(plan, options)
  const force = forcedStages(plan, options, select)
  const events: RunEvent[] = []
  const { status, outcomes } = await carryOut({
    first: plan,
    replan: async () => (await open(pipeline, { write: true })).plan,
    store: await openStore(cache, { rehash }),
    emit: event => {
      if (event.event === 'stage' || event.event === 'diagnostic' || event.event === 'bug') events.push(event)
      onEvent?.(event)
    },
    anew: rehash,
    signal,
    select,
    force,
    keepGoing,
    jobs,
    howToMake: stage => `Make it first: \`run(pipeline, { until: '${stage}' })\`.`,
  })
  return { status, ...outcomesOf(plan, outcomes, events) }
}

const settingsOf = ({ cell }: LoadedCell): Readonly<Record<string, Json>> =>
  Object.fromEntries(cell.map(({ path, value }) => [path, value as Json]))

const open = async (pipeline: Pipeline, write: { readonly write: boolean }): Promise<OpenedPlan> => {
  const { document, diagnostics, cells, cacheDir } = pipeline
  if (cells) throw wrong(inOrder([...diagnostics, whichCell(document, cells)]))
  const { opened, diagnostics: found } = await checkPlan({ document, diagnostics }, { cacheDir }, write)
  if (!opened || 'cells' in opened) throw wrong(found)
  return opened
}

const whichCell = (document: PipelineDocument, cells: NonNullable<Pipeline['cells']>): Diagnostic => {
  const settings = Object.entries(cells[0]!).map(([path, value]) => `'${path}': ${JSON.stringify(value)}`)
  return {
    severity: 'error',
    code: 'which-cell',
    message: `The matrix of \`${document.name}\` has ${count(cells.length, 'cell')}; \`plan\` and \`run\` take one.`,
    range: document.locate(['matrix'], 'key'),
    hint: `Choose it: \`loadPipeline(file, { set: { ${settings.join(', ')} } })\`; all are in \`pipeline.cells\`.`,
  }
}

/** All that is wrong, as one error, whose message is what the command line would print. */
const wrong = (diagnostics: readonly Diagnostic[]) =>
  Object.assign(diagnosticsError(...diagnostics), { message: formatDiagnostics(diagnostics, { cwd: process.cwd() }) })
