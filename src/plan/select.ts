import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { didYouMean } from '../diagnostic/nearest.ts'
import { rangeAt } from '../diagnostic/position.ts'
import type { Plan } from './plan.ts'

export interface Selection {
  /** This stage and all that need its result. */
  readonly from?: string
  /** This stage and all that it needs. */
  readonly until?: string
  /** This stage alone. */
  readonly only?: string
}

export interface Selected {
  /** The chosen stages, in the order of the plan. */
  readonly stages: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * The stages of a plan that `--from`, `--until` and `--only` choose. Together they narrow: `--from a --until c` is what
 * lies between. What stays out is not run; where a chosen stage needs its result, that must be in the cache.
 */
export const selectStages = (plan: Plan, selection: Selection): Selected => {
  const names = plan.stages.map(stage => stage.name)
  const diagnostics = Object.entries(selection)
    .filter(([, name]) => !names.includes(name))
    .map(([flag, name]) => unknown(flag, name, names))
  if (diagnostics.length > 0) return { stages: [], diagnostics }

  const { from, until, only } = selection
  const chosen = plan.stages
    .map(stage => stage.name)
    .filter(name => from === undefined || neededBy(plan, name).has(from))
    .filter(name => until === undefined || neededBy(plan, until).has(name))
    .filter(name => only === undefined || name === only)
  return chosen.length > 0 ? { stages: chosen, diagnostics } : { stages: [], diagnostics: [nothing(selection)] }
}

/** A stage and all that it needs, directly or through others. */
const neededBy = (plan: Plan, name: string, found = new Set<string>()): Set<string> => {
  if (found.has(name)) return found
  found.add(name)
  for (const before of plan.stages.find(stage => stage.name === name)?.after ?? []) neededBy(plan, before, found)
  return found
}

const unknown = (flag: string, name: string, names: readonly string[]): Diagnostic => {
  const hint = didYouMean(name, names, 'Stages')
  return {
    severity: 'error',
    code: 'unknown-stage',
    message: `There is no stage \`${name}\` in this pipeline.`,
    range: rangeAt({ name: `--${flag}`, text: name }, 0, name.length),
    ...(hint !== undefined && { hint }),
  }
}

const nothing = (selection: Selection): Diagnostic => ({
  severity: 'error',
  code: 'empty-selection',
  message: `No stage is chosen by ${Object.entries(selection)
    .map(([flag, name]) => `--${flag} ${name}`)
    .join(' ')}: no way through the pipeline leads from one to the other.`,
})
