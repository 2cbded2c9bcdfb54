import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import type { Plan } from '../plan/plan.ts'
import { selectStages } from '../plan/select.ts'
import { unknownName } from './arguments.ts'
import type { Flags } from './flags.ts'

/** The stages that `--from`, `--until` and `--only` leave; all where none is given. */
export const chosenStages = (plan: Plan, { from, until, only }: Flags): Set<string> => {
  const given = Object.entries({ from, until, only }).filter(([, stage]) => stage !== undefined)
  const { stages, diagnostics } = selectStages(plan, Object.fromEntries(given))
  if (diagnostics.length > 0) throw diagnosticsError(...diagnostics)
  return new Set(stages)
}

/** The stages that `--force` names. */
export const forcedStages = (plan: Plan, { force = [] }: Flags): Set<string> => {
  const names = plan.stages.map(stage => stage.name)
  const unknown = force.filter(name => !names.includes(name))
  if (unknown.length > 0)
    throw diagnosticsError(...unknown.map(name => unknownName('unknown-stage', 'stage', name, names)))
  return new Set(force)
}
