import { type Diagnostic, diagnosticsError } from '../diagnostic/diagnostic.ts'
import { didYouMean } from '../diagnostic/nearest.ts'
import type { Plan } from '../plan/plan.ts'
import { selectStages } from '../plan/select.ts'

/** Which stages are to run: those of the command line have `--` before their names. */
export interface Choice {
  /** This stage and all that need its result. */
  readonly from?: string | undefined
  /** This stage and all that it needs. */
  readonly until?: string | undefined
  /** This stage alone. */
  readonly only?: string | undefined
  /** Stages that run even if nothing changed. */
  readonly force?: readonly string[] | undefined
}

/** The stages that `--from`, `--until` and `--only` leave; all where none is given. */
export const chosenStages = (plan: Plan, { from, until, only }: Choice): Set<string> => {
  const given = Object.entries({ from, until, only }).filter(([, stage]) => stage !== undefined)
  const { stages, diagnostics } = selectStages(plan, Object.fromEntries(given))
  if (diagnostics.length > 0) throw diagnosticsError(...diagnostics)
  return new Set(stages)
}

/** The stages that `--force` names. One that is not among the chosen would not run, whatever the flag says. */
export const forcedStages = (plan: Plan, { force = [] }: Choice, chosen?: ReadonlySet<string>): Set<string> => {
  const names = plan.stages.map(stage => stage.name)
  const unknown = force.filter(name => !names.includes(name))
  if (unknown.length > 0) throw diagnosticsError(...unknown.map(name => unknownStage(name, names)))
  const left = force.filter(name => chosen?.has(name) === false)
  if (left.length > 0) throw diagnosticsError(...left.map(notChosen))
  return new Set(force)
}

const unknownStage = (name: string, names: readonly string[]): Diagnostic => {
  const hint = didYouMean(name, names)
  return {
    severity: 'error',
    code: 'unknown-stage',
    message: `There is no stage \`${name}\`.`,
    ...(hint !== undefined && { hint }),
  }
}

const notChosen = (name: string): Diagnostic => ({
  severity: 'error',
  code: 'forced-not-chosen',
  message: `Stage \`${name}\` is forced, but --from, --until or --only leaves it out.`,
  hint: `Leave out \`--force ${name}\`, or choose it as well.`,
})
