import type { Plan, PlannedStage } from '../plan/plan.ts'
import { fits, type Schema } from '../plugin/json-schema.ts'
import type { Suggest } from '../report/report.ts'
import type { StageView } from '../report/view.ts'
import { runLine } from './called.ts'
import type { Arguments } from './command.ts'

/**
 * What may be worth trying after a run: another value for a number of the stage that took longest, and what such a run
 * would reuse. Says nothing where no stage with such a number ran. `given` is the command as the user called it.
 */
export const suggestFor =
  (plan: Plan, given: Arguments): Suggest =>
  views => {
    const ran = views.filter(view => view.status === 'ran').sort((one, other) => (other.ms ?? 0) - (one.ms ?? 0))
    for (const { name } of ran) {
      const stage = plan.stages.find(each => each.name === name)
      const change = stage && changeOf(stage)
      if (!stage || !change) continue
      const { from, until, only } = given.flags
      const set = [`stages.${name}.with.${change.field}=${change.value}`]
      const command = runLine(given, { set, from, until, only })
      const reused = plan.stages.filter(each => canBeReused(each, views) && !dependsOn(plan, each, name))
      return [
        `Try next: ${command}`,
        ...(reused.length === 0 ? [] : [`  reuses ${reused.map(each => each.name).join(', ')}`]),
      ]
    }
    return []
  }

/** Another value for one of a stage's numbers: rates before counts, and those that the file sets before defaults. */
const changeOf = (stage: PlannedStage): { readonly field: string; readonly value: string } | undefined => {
  const properties: Readonly<Record<string, Schema>> = stage.definition.config.properties ?? {}
  const candidates = Object.entries(stage.keyConfig).flatMap(([field, value]) => {
    if (typeof value !== 'number' || value <= 0) return []
    const other = otherValue(value)
    const valid = other !== value && fits(properties[field] ?? {}, other)
    return valid ? [{ field, value: written(other), order: rank(stage, field, value) }] : []
  })
  return candidates.sort((one, other) => one.order - other.order)[0]
}

const rank = (stage: PlannedStage, field: string, value: number): number =>
  (Number.isInteger(value) ? 2 : 0) + (`/${field}` in stage.where ? 0 : 1)

/** A rate goes down by two fifths, to one digit (5e-5 → 3e-5); a count by half. */
const otherValue = (value: number): number =>
  Number.isInteger(value) ? Math.ceil(value / 2) : Number((value * 0.6).toPrecision(1))

const written = (value: number): string => (value < 1e-3 ? value.toExponential() : String(value))

/** Whether its result is there now, and a stage that is not made anew on every run. */
const canBeReused = ({ name, definition, config }: PlannedStage, views: readonly StageView[]): boolean =>
  views.some(view => view.name === name && (view.status === 'ran' || view.status === 'cached')) &&
  definition.always?.(config) !== true

const dependsOn = (plan: Plan, stage: PlannedStage, name: string): boolean =>
  stage.name === name ||
  stage.after.some(before => {
    const earlier = plan.stages.find(each => each.name === before)
    return earlier !== undefined && dependsOn(plan, earlier, name)
  })
