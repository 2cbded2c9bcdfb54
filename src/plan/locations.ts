import { basename, dirname, resolve, sep } from 'node:path'
import { nearest } from '../diagnostic/nearest.ts'
import type { FoundLocation } from '../plugin/fields.ts'
import { fromPointer, spoken } from '../plugin/pointer.ts'
import type { Probe } from '../plugin/stage.ts'
import { isStageError } from '../plugin/stage-error.ts'
import { type Context, fail, parameterPath } from './context.ts'
import type { LocationField } from './plan.ts'
import type { FoundStage } from './stages.ts'

/** The absolute path that a configured location means; `undefined` where it is none, which is reported. */
export const resolveLocation = (
  context: Context,
  stage: string,
  { pointer, value }: FoundLocation,
): string | undefined => {
  const { document } = context
  const path = parameterPath(stage, fromPointer(pointer))
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(value)) return resolve(document.folder(path), value)
  const message = `\`${spoken(pointer)}\` of stage \`${stage}\` must be a path; addresses are not supported yet.`
  const details = { hint: 'Fetch it, and give the path.', related: document.origins(path) }
  fail(context, 'address', message, document.locate(path), details)
  return undefined
}

/** What is known of the stages' input locations. */
export interface CheckedLocations {
  /** By stage, the stages whose outputs it reads by location: an order that nothing else may say. */
  readonly writers: ReadonlyMap<string, readonly string[]>
  /** Stages that have a location where nothing is yet: nothing more can be said of their configuration. */
  readonly absent: ReadonlySet<string>
}

/** Checks that every input location exists, unless a stage that ran before will have written it. */
export const checkLocations = (
  context: Context,
  stages: readonly FoundStage[],
  locations: ReadonlyMap<string, readonly LocationField[]>,
  probe: Probe,
): CheckedLocations => {
  const writers = new Map<string, readonly string[]>()
  const absent = new Set<string>()
  for (const [index, { name, entry }] of stages.entries()) {
    const before = new Set([...stages.slice(0, index).map(stage => stage.name), ...entry.needs])
    const written = new Set<string>()
    for (const location of locations.get(name) ?? []) {
      if (location.output) continue
      const by = [...before].filter(writer => writes(locations.get(writer), location.path))
      for (const writer of by) written.add(writer)
      const kind = lookAt(context, name, location, probe)
      if (kind !== undefined && kind !== 'absent') continue
      absent.add(name)
      if (kind === 'absent' && by.length === 0) reportAbsent(context, name, location, probe)
    }
    writers.set(name, [...written])
  }
  return { writers, absent }
}

/** What is at a location; `undefined` where it cannot be looked at, which is reported. */
const lookAt = (context: Context, stage: string, { pointer, path }: LocationField, probe: Probe) => {
  try {
    return probe.kind(path)
  } catch (error) {
    if (!isStageError(error)) throw error
    const { document } = context
    const at = parameterPath(stage, fromPointer(pointer))
    const { code, message } = error.problem
    const words = `\`${spoken(pointer)}\` of stage \`${stage}\` must be an existing file or folder; ${message}`
    fail(context, code, words, document.locate(at), { related: document.origins(at) })
    return undefined
  }
}

/** Whether an output location is this path, or holds it. */
export const writes = (locations: readonly LocationField[] | undefined, path: string): boolean =>
  locations?.some(each => each.output && `${path}${sep}`.startsWith(`${each.path}${sep}`)) ?? false

const reportAbsent = (context: Context, stage: string, { pointer, path }: LocationField, probe: Probe): void => {
  const { document } = context
  const at = parameterPath(stage, fromPointer(pointer))
  const message = `\`${spoken(pointer)}\` of stage \`${stage}\` must be an existing file or folder; there is no ${path}.`
  const details = { hint: nearby(path, probe), related: document.origins(at) }
  fail(context, 'missing-file', message, document.locate(at), details)
}

/** A folder that cannot be listed gives no suggestion. */
const namesIn = (folder: string, probe: Probe): readonly string[] => {
  try {
    return probe.list(folder)
  } catch (error) {
    if (!isStageError(error)) throw error
    return []
  }
}

/** The nearest name in the nearest folder that exists. */
const nearby = (path: string, probe: Probe): string | undefined => {
  const folder = dirname(path)
  if (folder === path) return undefined
  if (probe.kind(folder) === 'absent') return nearby(folder, probe) ?? `The folder ${folder} does not exist.`
  const near = nearest(basename(path), namesIn(folder, probe))
  return near === undefined ? undefined : `Did you mean ${resolve(folder, near)}?`
}
