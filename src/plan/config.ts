import { dirname, relative, sep } from 'node:path'
import type { Path, StageEntry } from '../config/document.ts'
import { keyConfig, locationFields } from '../plugin/fields.ts'
import { fromPointer, toPointer } from '../plugin/pointer.ts'
import type { AnyStage } from '../plugin/stage.ts'
import { validate } from '../plugin/validate.ts'
import { type Context, parameterPath, placeOf } from './context.ts'
import { resolveLocations } from './locations.ts'
import { type Owners, reportMistake } from './mistake.ts'
import type { PlannedStage } from './plan.ts'
import type { FoundStage } from './stages.ts'

/** A stage's configuration as far as the stage itself decides it. */
export type StageConfig = Pick<PlannedStage, 'config' | 'keyConfig' | 'locations' | 'where'>

/** Checks each stage's `with` against its schema. A stage whose configuration is wrong has no entry in the result. */
export const checkConfigs = async (
  context: Context,
  stages: readonly FoundStage[],
  owners: Owners,
): Promise<ReadonlyMap<string, StageConfig>> => {
  const configs = new Map<string, StageConfig>()
  for (const { entry, definition } of stages) {
    const config = definition && (await checkConfig(context, entry, definition, owners))
    if (config) configs.set(entry.name, config)
  }
  return configs
}

const checkConfig = async (
  context: Context,
  entry: StageEntry,
  definition: AnyStage,
  owners: Owners,
): Promise<StageConfig | undefined> => {
  const { document } = context
  const checked = await validate(definition.config, entry.with)
  if (!checked.ok) {
    for (const mistake of checked.mistakes)
      if (!document.isBroken(parameterPath(entry.name, fromPointer(mistake.pointer))))
        await reportMistake(context, entry.name, mistake, owners)
    return undefined
  }
  // What could not be made out has been reported; its text may still look right.
  if (document.isBroken(parameterPath(entry.name))) return undefined
  const located = resolveLocations(context, entry.name, definition.config, checked.value)
  if (located === undefined) return undefined
  // Relative paths in the key: a whole project may move.
  const spell = (path: string) => relative(dirname(document.file), path).split(sep).join('/') || '.'
  return {
    config: located as StageConfig['config'],
    keyConfig: keyConfig(definition.config, located, spell) as StageConfig['keyConfig'],
    locations: locationFields(definition.config, located).map(({ value, ...rest }) => ({ ...rest, path: value })),
    where: placesOf(context, entry),
  }
}

/** `file:line` of every field that was written, by its JSON pointer. */
const placesOf = (context: Context, entry: StageEntry): Record<string, string> => {
  const places: Record<string, string> = {}
  const visit = (value: unknown, path: Path) => {
    if (path.length > 0)
      places[toPointer(path)] = placeOf(context, context.document.locate(parameterPath(entry.name, path)))
    if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, [...path, index])
    else if (typeof value === 'object' && value !== null)
      for (const [key, item] of Object.entries(value)) visit(item, [...path, key])
  }
  visit(entry.with, [])
  return places
}
