import { canonical } from '../cache/canonical.ts'
import type { ChangedFile } from '../cache/changed-files.ts'
import type { KeyRecord } from '../cache/key.ts'
import type { Json } from '../plugin/artifact.ts'
import { toPointer } from '../plugin/pointer.ts'

/** One part of a key that is not as it was. A value that is not there is left out. */
export interface Change {
  readonly part: 'version' | 'code' | 'config' | 'machine' | 'input' | 'file' | 'wrote'
  /** JSON pointer of a parameter or of a part of the machine, name of an input port, path of a file; empty for version and code. */
  readonly name: string
  readonly old?: Json
  /** Of a file that is there and cannot be read: `unreadable`. */
  readonly new?: Json
  /** Where the parameter was written (`file:line`, or its `--set`), or of the one that the file belongs to. */
  readonly where?: string
}

export type Where = Readonly<Record<string, string>>

/** How one key's record differs from another. */
export const recordChanges = (old: KeyRecord, now: KeyRecord, where: Where): Change[] => [
  ...differences('version', { '': old.version }, { '': now.version }),
  ...differences('code', { '': old.code }, { '': now.code }),
  ...differences('config', leaves(old.config), leaves(now.config)).map(change => placed(change, change.name, where)),
  ...differences('machine', leaves(old.machine ?? {}), leaves(now.machine ?? {})),
  ...differences('input', old.inputs, now.inputs),
]

/** How outside files differ from what is recorded of them. */
export const fileChanges = (part: 'file' | 'wrote', files: readonly ChangedFile[], where: Where): Change[] => {
  const changes = new Map<string, Change>()
  for (const { file, path, now } of files) {
    const name = path ?? file.path
    const change = { part, name, ...(file.digest && { old: file.digest }), ...(now && { new: now }) }
    if (!changes.has(name)) changes.set(name, placed(change, file.field ?? '', where))
  }
  return [...changes.values()]
}

const differences = (
  part: Change['part'],
  old: Readonly<Record<string, Json>>,
  now: Readonly<Record<string, Json>>,
): Change[] =>
  [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter(name => spelled(old[name]) !== spelled(now[name]))
    .map(name => ({
      part,
      name,
      ...(old[name] !== undefined && { old: old[name] }),
      ...(now[name] !== undefined && { new: now[name] }),
    }))

const spelled = (value: Json | undefined): string => (value === undefined ? '' : canonical(value))

/** By JSON pointer, what is no map, and empty maps. */
export const leaves = (value: Json, pointer = ''): Readonly<Record<string, Json>> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { [pointer]: value }
  const entries = Object.entries(value)
  if (entries.length === 0) return pointer === '' ? {} : { [pointer]: value }
  return Object.assign({}, ...entries.map(([key, each]) => leaves(each, pointer + toPointer([key]))))
}

/** With the place where the parameter, or the nearest one around it, was written. */
const placed = (change: Change, pointer: string, where: Where): Change => {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const place = where[at]
    if (place !== undefined) return { ...change, where: place }
  }
  return change
}
