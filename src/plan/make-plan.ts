import { dirname, parse } from 'node:path'
import type { PipelineDocument } from '../config/document.ts'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { inOrder } from '../diagnostic/format.ts'
import type { Resolver } from '../plugin/resolve.ts'
import type { Probe } from '../plugin/stage.ts'
import { runChecks } from './checks.ts'
import { checkConfigs, type StageConfig } from './config.ts'
import type { Context } from './context.ts'
import { checkLocations, writes } from './locations.ts'
import { ownersAmong } from './mistake.ts'
import { afterOf, inRunOrder } from './order.ts'
import type { Plan, PlannedStage } from './plan.ts'
import { findStages } from './stages.ts'
import { wire } from './wiring.ts'

export interface PlanOptions {
  readonly document: PipelineDocument
  readonly resolver: Resolver
  readonly probe: Probe
  /** The cache's folder and the user's home: no stage may write there. */
  readonly cacheDir: string
  readonly home: string
}

export interface Planned {
  /** There only where nothing is wrong. */
  readonly plan?: Plan
  /** All mistakes and warnings, in the order of their places. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Makes the plan of a pipeline, or finds all that is wrong with it: stages, parameters, locations, inputs, order, and
 * what the stages themselves check. Reads little (through `probe`), writes nothing, runs nothing.
 */
export const makePlan = async (options: PlanOptions): Promise<Planned> => {
  const { document, resolver, probe } = options
  const diagnostics: Diagnostic[] = []
  const context: Context = { document, report: diagnostic => diagnostics.push(diagnostic) }

  const stages = await findStages(context, resolver)
  const configs = await checkConfigs(context, stages, ownersAmong(stages, resolver))
  const writers = checkLocations(context, stages, configs, probe)
  const wiring = await wire(context, stages, resolver)
  const after = afterOf(context, stages, wiring, writers)
  const ordered = inRunOrder(context, stages, after)
  const forbidden = forbiddenPlaces(options, configs, writers)
  await runChecks(context, { stages: ordered, configs, wiring, probe, forbidden })

  const planned: PlannedStage[] = []
  if (!diagnostics.some(each => each.severity === 'error'))
    for (const { name, entry, definition, code } of ordered) {
      const config = configs.get(name)
      const wired = wiring.get(name)
      if (!definition || !code || !config || !wired?.sound) continue
      const { inputs } = wired
      planned.push({
        name,
        uses: entry.uses,
        definition,
        code: await code(),
        ...config,
        inputs,
        after: [...after.get(name)!.keys()],
      })
    }
  const warnings = inOrder(diagnostics)
  // Where the document itself is broken, a stage may be left out without a word: that has been reported on loading.
  if (planned.length < stages.length) return { diagnostics: warnings }
  return { plan: { name: document.name, file: document.file, stages: planned, warnings }, diagnostics: warnings }
}

/** The places that a stage must never write to, and why. */
const forbiddenPlaces =
  (
    { document, cacheDir, home }: PlanOptions,
    configs: ReadonlyMap<string, StageConfig>,
    writers: ReadonlyMap<string, readonly string[]>,
  ) =>
  (stage: string): { readonly path: string; readonly why: string }[] => {
    const inputs = [...configs].flatMap(([name, { locations }]) =>
      locations
        // What a later stage reads back from this stage's own output is no foreign place.
        .filter(
          ({ path, output }) => !output && !(writers.get(name)?.includes(stage) && writes(configs.get(stage), path)),
        )
        .map(({ path }) => ({ path, why: `stage \`${name}\` reads it` })),
    )
    return [
      { path: parse(document.file).root, why: 'it is the root folder' },
      { path: home, why: 'it is the home folder' },
      { path: dirname(document.file), why: 'it is the folder of the pipeline' },
      { path: cacheDir, why: 'it is the cache' },
      ...inputs,
    ]
  }
