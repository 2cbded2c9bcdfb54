import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import type { Plan } from '../plan/plan.ts'
import { selectStages } from '../plan/select.ts'
import { mistake, unknownName } from './arguments.ts'
import type { Flags } from './flags.ts'

/** The stages that `--from`, `--until` and `--only` leave; all where none is given. */
export const chosenStages = (plan: Plan, { from, until, only }: Flags): Set<string> => {
  const given = Object.entries({ from, until, only }).filter(([, stage]) => stage !== undefined)
  const { stages, diagnostics } = selectStages(plan, Object.fromEntries(given))
  if (diagnostics.length > 0) throw diagnosticsError(...diagnostics)
  return new Set(stages)
}

/** The stages that `--force` names. One that is not among the chosen would not run, whatever the flag says. */
export const forcedStages = (plan: Plan, { force = [] }: Flags, chosen?: ReadonlySet<string>): Set<string> => {
  const names = plan.stages.map(stage => stage.name)
  const unknown = force.filter(name => !names.includes(name))
  if (unknown.length > 0)
    throw diagnosticsError(...unknown.map(name => unknownName('unknown-stage', 'stage', name, names)))
  const left = force.filter(name => chosen?.has(name) === false)
  if (left.length > 0)
    throw diagnosticsError(
      ...left.map(name =>
        mistake(
          'forced-not-chosen',
          `Stage \`${name}\` is forced, but --from, --until or --only leaves it out.`,
          `Leave out \`--force ${name}\`, or choose it as well.`,
        ),
      ),
    )
  return new Set(force)
}
