import type { Diagnostic, SourceRange } from '../diagnostic/diagnostic.ts'
import type { Layer, Origin, Path } from './document.ts'

/** Takes a mistake down; the search for others goes on. */
export type Report = (diagnostic: Diagnostic) => void

/** A value of the pipeline that knows where it was written. */
export type Node = ScalarNode | ListNode | MapNode

interface Written {
  readonly range: SourceRange
  /** The folder which a relative location written here is relative to. */
  readonly folder: string
  /** What it came through, nearest first, if through aliases or references, which `range` then points at. */
  readonly origins?: readonly Origin[]
  /** What laid it and all inside it over the file; what `--set` changed in it is told by its source. */
  readonly layer?: Layer
  /** Its value could not be made out, which has been reported. */
  readonly broken?: true
}

export interface ScalarNode extends Written {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
  /** As it was spelt, without quotes. */
  readonly text: string
}

export interface ListNode extends Written {
  readonly kind: 'list'
  readonly items: readonly Node[]
}

export interface MapNode extends Written {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, Entry>
  /** A reference over which this map is laid once it is resolved. */
  readonly under?: ScalarNode
}

export interface Entry {
  readonly key: SourceRange
  readonly value: Node
}

/** The plain value of a node. */
export const plainOf = (node: Node): unknown => {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(plainOf)
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plainOf(value)]))
}

/** What is written at a path, or the nearest thing around it; `depth` says how much of the path was found. */
export const find = (root: Node, path: Path): Entry & { readonly depth: number } => {
  let entry: Entry = { key: root.range, value: root }
  for (const [depth, step] of path.entries()) {
    const next = childOf(entry.value, step)
    if (!next) return { ...entry, depth }
    entry = next
  }
  return { ...entry, depth: path.length }
}

const childOf = (node: Node, step: string | number): Entry | undefined => {
  if (node.kind === 'map') return node.entries.get(String(step))
  const item = node.kind === 'list' ? node.items[Number(step)] : undefined
  return item && { key: item.range, value: item }
}

/** Whether a value, or anything inside it, could not be made out. */
export const hasBroken = (node: Node): boolean =>
  node.broken === true ||
  (node.kind === 'list' && node.items.some(hasBroken)) ||
  (node.kind === 'map' && [...node.entries.values()].some(({ value }) => hasBroken(value)))

/** A key without a value, or with null. */
export const isEmpty = (node: Node): boolean => node.kind === 'scalar' && node.value === null && !node.broken

/** A null that was written, not a value that was forgotten. */
export const isNull = (node: Node): boolean => isEmpty(node) && node.kind === 'scalar' && node.text !== ''

/** Whether a node holds more than so many values: aliases and references can repeat each other without end. */
export const isLarger = (root: Node, limit: number): boolean => {
  const left = [root]
  let count = 0
  for (let node = left.pop(); node && count <= limit; node = left.pop(), count++) {
    if (node.kind === 'list') for (const item of node.items) left.push(item)
    if (node.kind === 'map') for (const { value } of node.entries.values()) left.push(value)
  }
  return count > limit
}
