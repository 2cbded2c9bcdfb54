import type { Layer } from './document.ts'
import type { MapNode, Node } from './node.ts'
import type { Step } from './settable.ts'

/**
 * Lays one value over another: maps are merged, everything else is replaced. A map over a value that is one reference
 * (`with: ${vars.common}`) is merged once that is resolved. What comes from `layer` is marked so.
 */
export const overlay = (base: Node, over: Node, layer?: Layer): Node => {
  const marked = <N extends Node>(node: N): N => (layer === undefined ? node : { ...node, layer })
  if (over.kind !== 'map') return marked(over)
  if (base.kind !== 'map')
    return base.kind === 'scalar' && isReference(base) ? { ...marked(over), under: base } : marked(over)
  const entries = new Map(base.entries)
  for (const [key, entry] of over.entries) {
    const before = entries.get(key)
    const value = before ? overlay(before.value, entry.value, layer) : marked(entry.value)
    // A map that was merged into keeps its own place.
    entries.set(key, before && value.kind === 'map' ? { key: before.key, value } : { key: entry.key, value })
  }
  const under = over.under ?? base.under
  return { ...base, entries, ...(under && { under }) }
}

/** Lays a value over what stands at a path, or would. */
export const overlayAt = (root: MapNode, steps: readonly Step[], value: Node, layer?: Layer): MapNode => {
  const over = steps.toReversed().reduce<Node>(
    (inner, { name, range }) => ({
      kind: 'map',
      entries: new Map([[name, { key: range, value: inner }]]),
      range,
      folder: value.folder,
    }),
    value,
  )
  return overlay(root, over, layer) as MapNode
}

/** Whether a value is nothing but one reference, and so can turn out to be a map. */
export const isReference = (node: Node): boolean =>
  node.kind === 'scalar' && typeof node.value === 'string' && /^\$\{[^{}]*\}$/.test(node.value)
