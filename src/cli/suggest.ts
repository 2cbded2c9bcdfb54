import type { Plan, PlannedStage } from '../plan/plan.ts'
import { fits, type Schema } from '../plugin/json-schema.ts'
import type { Suggest } from '../report/report.ts'
import { shellWord } from './shell-word.ts'

/**
 * What may be worth trying after a run: another value for a number of the stage that took longest, and what such a run
 * would reuse. Says nothing where no stage with such a number ran. `file` is the pipeline as the user called it.
 */
export const suggestFor =
  (plan: Plan, file: string): Suggest =>
  views => {
    const ran = views.filter(view => view.status === 'ran').sort((one, other) => (other.ms ?? 0) - (one.ms ?? 0))
    for (const { name } of ran) {
      const stage = plan.stages.find(each => each.name === name)
      const change = stage && changeOf(stage)
      if (!stage || !change) continue
      const command = `pipeline run ${shellWord(file)} --set stages.${name}.with.${change.field}=${change.value}`
      const reused = plan.stages.filter(each => !dependsOn(plan, each, name)).map(each => each.name)
      return [`Try next: ${command}`, ...(reused.length === 0 ? [] : [`  reuses ${reused.join(', ')}`])]
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

const dependsOn = (plan: Plan, stage: PlannedStage, name: string): boolean =>
  stage.name === name ||
  stage.after.some(before => {
    const earlier = plan.stages.find(each => each.name === before)
    return earlier !== undefined && dependsOn(plan, earlier, name)
  })
