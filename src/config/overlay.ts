import type { Node } from './node.ts'

/**
 * Lays one value over another: maps are merged, everything else is replaced. A map over a value that is one reference
 * (`with: ${vars.common}`) is merged once that is resolved. What comes from a profile is marked with its name.
 */
export const overlay = (base: Node, over: Node, profile?: string): Node => {
  const marked = <N extends Node>(node: N): N => (profile === undefined ? node : { ...node, profile })
  if (over.kind !== 'map') return marked(over)
  if (base.kind !== 'map')
    return base.kind === 'scalar' && isReference(base) ? { ...marked(over), under: base } : marked(over)
  const entries = new Map(base.entries)
  for (const [key, entry] of over.entries) {
    const before = entries.get(key)
    const value = before ? overlay(before.value, entry.value, profile) : marked(entry.value)
    // A map that was merged into keeps its own place.
    entries.set(key, before && value.kind === 'map' ? { key: before.key, value } : { key: entry.key, value })
  }
  const under = over.under ?? base.under
  return { ...base, entries, ...(under && { under }) }
}

/** Whether a value is nothing but one reference, and so can turn out to be a map. */
export const isReference = (node: Node): boolean =>
  node.kind === 'scalar' && typeof node.value === 'string' && /^\$\{[^{}]*\}$/.test(node.value)
