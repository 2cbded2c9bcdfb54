import type { PipelineDocument } from '../config/document.ts'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { inOrder } from '../diagnostic/format.ts'
import type { Resolver } from '../plugin/resolve.ts'
import type { Probe } from '../plugin/stage.ts'
import { reportStrangeAxes } from './axes.ts'
import { runChecks } from './checks.ts'
import { checkConfigs } from './config.ts'
import type { Context } from './context.ts'
import { warnOfBypassedFilters } from './filters.ts'
import { forbiddenPlaces } from './forbidden.ts'
import { checkLocations, type FindAddress } from './locations.ts'
import { askMachines } from './machines.ts'
import { ownersAmong } from './mistake.ts'
import { afterOf, inRunOrder } from './order.ts'
import { expectOwnPlaces } from './places.ts'
import type { Plan, PlannedStage } from './plan.ts'
import { afterRecorded, recordedBy } from './recorded.ts'
import { askResources } from './resources.ts'
import { findStages } from './stages.ts'
import { wire } from './wiring.ts'

export interface PlanOptions {
  readonly document: PipelineDocument
  readonly resolver: Resolver
  readonly probe: Probe
  /** The cache's folder and the user's home: no stage may write there. */
  readonly cacheDir: string
  readonly home: string
  /** Asked of each address that is a location. */
  readonly findAddress: FindAddress
}

/** A plan, with its warnings; or, where something is wrong, all mistakes and warnings in the order of their places. */
export type Planned = { readonly plan: Plan } | { readonly mistakes: readonly Diagnostic[] }

/**
 * Makes the plan of a pipeline, or finds all that is wrong with it: stages, parameters, locations, inputs, order, and
 * what the stages themselves check. An address that has not been fetched is taken for a file that will be there. Reads little (through `probe`), writes nothing, runs nothing. What loading the
 * document has reported already is not reported again.
 */
export const makePlan = async (options: PlanOptions): Promise<Planned> => {
  const { document, resolver, probe } = options
  const found: Diagnostic[] = []
  const context: Context = { document, report: diagnostic => found.push(diagnostic) }

  const stages = await findStages(context, resolver)
  reportStrangeAxes(context, stages)
  const { configs, locations } = await checkConfigs(context, stages, ownersAmong(stages, resolver), options.findAddress)
  const { writers, absent } = checkLocations(context, stages, locations, probe)
  const wiring = await wire(context, stages, resolver)
  warnOfBypassedFilters(context, stages, wiring)
  const known = afterOf(context, stages, wiring, writers)
  const recorded = recordedBy(stages, wiring, known)
  const after = afterRecorded(known, recorded)
  expectOwnPlaces(context, configs, after)
  const ordered = inRunOrder(context, stages, after)
  const forbidden = (stage: string) => forbiddenPlaces({ ...options, locations, writers }, stage)
  await runChecks(context, { stages: ordered, configs, locations, wiring, absent, probe, forbidden })

  const isWrong = () => found.some(each => each.severity === 'error')
  const machines = isWrong() ? undefined : await askMachines(context, { stages: ordered, configs, probe })
  const resources = machines && (await askResources(context, { stages: ordered, configs, machines }))
  const diagnostics = inOrder(found)
  if (isWrong()) return { mistakes: diagnostics }
  const planned: PlannedStage[] = []
  for (const { name, entry, definition, code } of ordered) {
    const config = configs.get(name)
    const wired = wiring.get(name)
    // The document itself is broken here, which has been reported on loading.
    if (!definition || !code || !config || !wired?.sound) return { mistakes: diagnostics }
    const { inputs, records } = wired
    const told = recorded.get(name)
    const before = [...after.get(name)!.keys()]
    const machine = machines?.get(name)
    const takes = resources?.get(name)
    if (!takes) return { mistakes: diagnostics }
    planned.push({
      name,
      uses: entry.uses,
      definition,
      code: await code(),
      ...config,
      ...(machine && { machine }),
      resources: takes,
      inputs,
      ...(told && { recorded: { ports: records, stages: told } }),
      after: before,
    })
  }
  return { plan: { name: document.name, file: document.file, stages: planned, warnings: diagnostics } }
}
