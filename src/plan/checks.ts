import type { AnyStage, CheckContext, Fact, Probe, Problem } from '../plugin/stage.ts'
import type { StageConfig } from './config.ts'
import { type Context, parameterPath, placeOf } from './context.ts'
import { guarded, reportProblem } from './guarded.ts'
import type { LocationField } from './plan.ts'
import { inputsOf } from './ports.ts'
import type { FoundStage } from './stages.ts'
import type { Wiring } from './wiring.ts'

type Facts = Readonly<Record<string, Fact>>
type AnyCheckContext = CheckContext<AnyStage['config'], Record<string, never>>

export interface ChecksOptions {
  /** In the order in which they will run. */
  readonly stages: readonly FoundStage[]
  readonly configs: ReadonlyMap<string, StageConfig>
  readonly locations: ReadonlyMap<string, readonly LocationField[]>
  readonly wiring: ReadonlyMap<string, Wiring>
  /** Stages that read something which is not there yet. */
  readonly absent: ReadonlySet<string>
  readonly probe: Probe
  /** The places that a stage must never write to. */
  forbidden(stage: string): CheckContext<AnyStage['config'], Record<never, never>>['forbidden']
}

/**
 * Asks every stage for its facts and its own check. Facts travel along the ports: a stage's are those of its inputs and
 * its own. A stage whose configuration or inputs are wrong is not asked; one whose files are not there yet cannot check them.
 */
export const runChecks = async (context: Context, options: ChecksOptions): Promise<void> => {
  const { stages, configs, locations, wiring, absent, probe, forbidden } = options
  const known = new Map<string, Facts>()
  for (const { name, definition } of stages) {
    const wired = wiring.get(name)
    const config = configs.get(name)?.config
    const facts: Record<string, Facts> = {}
    for (const port of Object.keys(inputsOf(definition))) {
      const source = wired?.inputs[port]
      if (source) facts[port] = known.get(source.stage) ?? {}
    }
    const inherited: Facts = Object.assign({}, ...Object.values(facts))
    known.set(name, inherited)
    if (!definition || !config || !wired?.sound) continue

    // Made where it is asked for: it names every location of the pipeline.
    const asked: AnyCheckContext = {
      config,
      facts,
      probe,
      get forbidden() {
        return forbidden(name)
      },
    }
    const tellFacts = () => {
      known.set(name, { ...inherited, ...ownFacts(context, name, definition.facts?.(asked) ?? {}) })
    }
    await guarded(context, name, 'facts', tellFacts, absent.has(name))
    if (absent.has(name)) continue
    await guarded(context, name, 'check', async () => {
      for (const problem of (await definition.check?.(asked)) ?? [])
        reportProblem(context, name, withNote(problem, locations.get(name) ?? []))
    })
  }
}

const ownFacts = (context: Context, stage: string, facts: ReturnType<NonNullable<AnyStage['facts']>>): Facts => {
  const place = (fact: string) => placeOf(context, context.document.locate(parameterPath(stage, [fact])))
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, { value, stage, where: place(name) }]))
}

/** What fetching left out, and how to do without it, belongs to what is found wrong with what was fetched. */
const withNote = (problem: Problem, locations: readonly LocationField[]): Problem => {
  const note = locations.find(({ pointer }) => pointer === problem.at)?.source?.note
  return note === undefined ? problem : { ...problem, hint: problem.hint ? `${problem.hint} ${note}` : note }
}
