import type { Plan } from '../plan/plan.ts'

export interface Selection {
  readonly from?: string | undefined
  readonly until?: string | undefined
  readonly only?: string | undefined
}

/**
 * The stages that `--from` (it and all that comes of it), `--until` (it and all that it needs) and `--only` leave to
 * run; `undefined` where none is given. The names are those of stages.
 */
export const selectStages = ({ stages }: Plan, { from, until, only }: Selection): Set<string> | undefined => {
  if (from === undefined && until === undefined && only === undefined) return undefined
  const after = new Map(stages.map(stage => [stage.name, stage.after]))
  const needs = (stage: string, other: string): boolean =>
    stage === other || (after.get(stage) ?? []).some(name => needs(name, other))
  const selected = stages
    .map(({ name }) => name)
    .filter(name => only === undefined || name === only)
    .filter(name => from === undefined || needs(name, from))
    .filter(name => until === undefined || needs(until, name))
  return new Set(selected)
}
