import { dirname, relative, sep } from 'node:path'
import type { Path, StageEntry } from '../config/document.ts'
import type { Json, TSchema } from '../plugin/artifact.ts'
import { type FoundPin, keyConfig, locationFields, mapLocations, pinFields } from '../plugin/fields.ts'
import { fromPointer, toPointer } from '../plugin/pointer.ts'
import { validate } from '../plugin/validate.ts'
import type { Address } from './address.ts'
import { reportBug } from './bug.ts'
import { type Context, parameterPath, placeOf, writtenAt } from './context.ts'
import { guarded } from './guarded.ts'
import { type FindAddress, type ResolvedLocation, resolveLocation } from './locations.ts'
import { type Owners, reportMistake } from './mistake.ts'
import { checkPin, pinOf } from './pins.ts'
import type { LocationField, PlannedStage } from './plan.ts'
import type { FoundStage } from './stages.ts'

/** A stage's configuration as far as the stage itself decides it. */
export type StageConfig = Pick<PlannedStage, 'config' | 'keyConfig' | 'locations' | 'where'>

export interface CheckedConfigs {
  /** By stage; a stage whose configuration is wrong has none. */
  readonly configs: ReadonlyMap<string, StageConfig>
  /** The locations that are right, by stage, also where the rest of its configuration is not. */
  readonly locations: ReadonlyMap<string, readonly LocationField[]>
}

/** Checks each stage's `with` against its schema. */
export const checkConfigs = async (
  context: Context,
  stages: readonly FoundStage[],
  owners: Owners,
  findAddress: FindAddress,
): Promise<CheckedConfigs> => {
  const configs = new Map<string, StageConfig>()
  const locations = new Map<string, readonly LocationField[]>()
  for (const { name, entry, definition } of stages) {
    if (!definition) continue
    const checked = await locate(context, entry, definition.config, owners, findAddress)
    if (!checked) continue
    const { located, resolved, pins, wrong } = checked
    for (const pin of pins)
      if (!wrong.has(pin.pointer)) {
        const beside = { schema: definition.config, config: located, resolved: resolved.get(pin.of) }
        checkPin(context, name, pin, beside)
      }
    const right = locationFields(definition.config, located)
      .filter(({ pointer }) => !wrong.has(pointer))
      .map(({ pointer, value, output }): LocationField => {
        const pin = pinOf(pins, pointer, resolved.get(pointer)?.source?.address)
        const written = pin && writtenAt(context, parameterPath(name, fromPointer(pin.pointer)))
        return {
          pointer,
          path: value,
          output,
          ...resolved.get(pointer),
          ...(pin && written && { pin: { sha256: pin.sha256, pointer: pin.pointer, written } }),
        }
      })
    locations.set(name, right)
    if (wrong.size > 0) continue
    const config = located as StageConfig['config']
    const keyed = keyConfig(definition.config, located, fromFolderOf(context)) as StageConfig['keyConfig']
    let unused: readonly string[] = []
    await guarded(context, name, 'unused', () => {
      unused = definition.unused?.(config) ?? []
    })
    configs.set(name, {
      config,
      keyConfig: Object.fromEntries(Object.entries(keyed).filter(([field]) => !unused.includes(field))),
      locations: right,
      where: placesOf(context, entry),
    })
  }
  return { configs, locations }
}

/**
 * Checks one configuration and makes its locations absolute; `wrong` holds the pointers of its mistakes. Undefined where
 * the stage's schema is none.
 */
const locate = async (
  context: Context,
  { name, with: written }: StageEntry,
  schema: TSchema,
  owners: Owners,
  findAddress: FindAddress,
): Promise<Located | undefined> => {
  const isBroken = (pointer: string) => context.document.isBroken(parameterPath(name, fromPointer(pointer)))
  const checked = await validate(schema, written).catch(error => reportBug(context, name, 'schema', error))
  if (!checked) return undefined
  const mistakes = checked.ok ? [] : checked.mistakes
  const wrong = new Set(mistakes.map(({ pointer }) => pointer))
  for (const mistake of mistakes) if (!isBroken(mistake.pointer)) await reportMistake(context, name, mistake, owners)
  // What could not be made out has been reported; its text may still look right.
  if (isBroken('')) wrong.add('')
  const config = checked.ok ? checked.value : (written as Json)
  const pins = pinFields(schema, config)
  const resolved = new Map<string, ResolvedLocation>()
  for (const location of locationFields(schema, config)) {
    const { pointer } = location
    const skip = wrong.has(pointer) || isBroken(pointer)
    const find = (address: Address) => findAddress(address, pinOf(pins, pointer, address)?.sha256)
    const found = skip ? undefined : await resolveLocation(context, name, location, find)
    if (found) resolved.set(pointer, found)
    else wrong.add(pointer)
  }
  const located = mapLocations(schema, config, ({ pointer, value }) => resolved.get(pointer)?.path ?? value)
  return { located, resolved, pins, wrong }
}

interface Located {
  readonly located: Json
  /** By pointer. */
  readonly resolved: ReadonlyMap<string, ResolvedLocation>
  /** The digests beside locations. */
  readonly pins: readonly FoundPin[]
  readonly wrong: ReadonlySet<string>
}

/** Writes paths relative to the pipeline's folder: a whole project may move. */
const fromFolderOf =
  ({ document }: Context) =>
  (path: string): string =>
    relative(dirname(document.file), path).split(sep).join('/') || '.'

/** Where every field was written, by its JSON pointer: the `--set` that its value comes from, if it comes from one, else `file:line`. */
const placesOf = (context: Context, entry: StageEntry): Record<string, string> => {
  const places: Record<string, string> = {}
  const visit = (value: unknown, path: Path) => {
    if (path.length > 0) places[toPointer(path)] = placeOfField(context, parameterPath(entry.name, path))
    if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, [...path, index])
    else if (typeof value === 'object' && value !== null)
      for (const [key, item] of Object.entries(value)) visit(item, [...path, key])
  }
  visit(entry.with, [])
  return places
}

const placeOfField = (context: Context, path: Path): string => {
  const written = context.document.written(path)
  const set = [written, ...(written?.through ?? [])].find(each => each?.range?.source.name === '--set')
  return set ? `--set ${set.range!.source.text}` : placeOf(context, context.document.locate(path))
}
