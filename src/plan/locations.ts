import { basename, dirname, resolve, sep } from 'node:path'
import { nearest } from '../diagnostic/nearest.ts'
import type { FoundLocation } from '../plugin/fields.ts'
import { fromPointer, spoken } from '../plugin/pointer.ts'
import type { Probe } from '../plugin/stage.ts'
import { isStageError } from '../plugin/stage-error.ts'
import { type Address, looksLikeAddress, parseAddress } from './address.ts'
import { type Context, fail, parameterPath, writtenAt } from './context.ts'
import type { LocationField, Pin, Whereabouts } from './plan.ts'
import type { FoundStage } from './stages.ts'

/** Says where the content of an address lies on this machine; the digest, where one is written, is that which it must have. */
export type FindAddress = (address: Address, sha256: string | undefined) => Promise<Whereabouts>

/** The absolute path that a location means, and where it is fetched from. */
export type ResolvedLocation = Pick<LocationField, 'path' | 'source'>

/** What a configured location means; `undefined` where it means nothing, which is reported. */
export const resolveLocation = async (
  context: Context,
  stage: string,
  { pointer, value, input }: FoundLocation,
  findAddress: (address: Address) => Promise<Whereabouts>,
): Promise<ResolvedLocation | undefined> => {
  const { document } = context
  const path = parameterPath(stage, fromPointer(pointer))
  if (!looksLikeAddress(value)) return { path: resolve(document.folder(path), value) }
  const written = writtenAt(context, path)
  const address = input ? parseAddress(value) : { expected: 'a path' }
  if ('kind' in address) {
    const whereabouts = await findAddress(address)
    return { path: whereabouts.path, source: { address, written, ...whereabouts } }
  }
  const message = `\`${spoken(pointer)}\` of stage \`${stage}\` must be ${address.expected}; found ${value}.`
  fail(context, 'address', message, written.range, { related: written.related })
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
  const writersOf = ownersOf(stages, locations)
  const before = new Set<string>()
  for (const { name, entry } of stages) {
    const isBefore = (writer: string): boolean => before.has(writer) || entry.needs.includes(writer)
    const written = new Set<string>()
    for (const location of locations.get(name) ?? []) {
      if (location.output) continue
      const by = writersOf(location.path).filter(isBefore)
      for (const writer of by) written.add(writer)
      // What is not fetched yet will be there when the stage runs, and is looked at then.
      const kind = location.source?.there === false ? undefined : lookAt(context, name, location, probe)
      if (location.pin && (kind === 'folder' || isFolder(location.source?.address)))
        reportPinned(context, name, location, location.pin)
      if (kind !== undefined && kind !== 'absent') continue
      absent.add(name)
      if (kind === 'absent' && by.length === 0) reportAbsent(context, name, location, probe)
    }
    writers.set(name, [...written])
    before.add(name)
  }
  return { writers, absent }
}

/** The stages that write a path, or a folder around it. */
const ownersOf = (
  stages: readonly FoundStage[],
  locations: ReadonlyMap<string, readonly LocationField[]>,
): ((path: string) => readonly string[]) => {
  const owners = new Map<string, string[]>()
  for (const { name } of stages)
    for (const { path, output } of locations.get(name) ?? [])
      if (output) owners.set(path, [...(owners.get(path) ?? []), name])
  const ownersAt = (path: string): readonly string[] => {
    const around = dirname(path)
    return [...(owners.get(path) ?? []), ...(around === path ? [] : ownersAt(around))]
  }
  return ownersAt
}

const isFolder = (address: Address | undefined): boolean => address?.kind === 'hub' && address.file === undefined

const reportPinned = (context: Context, stage: string, { pointer }: LocationField, pin: Pin): void => {
  const message = `\`${spoken(pin.pointer)}\` of stage \`${stage}\` is the digest of a file; \`${spoken(pointer)}\` is a folder.`
  const hint = 'Remove it. A repository of the Hub is pinned by its commit: hf://owner/name@COMMIT.'
  fail(context, 'pinned-folder', message, pin.written.range, { hint, related: pin.written.related })
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
