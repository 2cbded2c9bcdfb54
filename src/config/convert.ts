import { type Document, isAlias, isMap, isScalar, isSeq, type Scalar, type YAMLMap, type Node as YamlNode } from 'yaml'
import type { SourceRange } from '../diagnostic/diagnostic.ts'
import { nearest } from '../diagnostic/nearest.ts'
import type { Entry, MapNode, Node, Report, ScalarNode } from './node.ts'

interface Context {
  readonly folder: string
  readonly report: Report
  /** The range between two offsets, without white space at its end. */
  readonly range: (start: number, end: number) => SourceRange
  /** The offsets of keys whose values could not be read, which has been reported. */
  readonly lost: ReadonlySet<number>
  /** The text with, and without what could not be read. */
  readonly whole: string
  readonly text: string
}

/**
 * Turns the library's nodes into ours: aliases followed, merge keys (`<<`) carried out. Duplicate keys, keys that are
 * not strings, unknown anchors and integers beyond 2^53 are reported.
 */
export const convert = (document: Document.Parsed, { folder, report, range, lost, whole, text }: Context): Node => {
  // The anchors met so far; undefined while the node that carries one is still being converted.
  const anchors = new Map<string, Node | undefined>()
  const fail = (code: string, message: string, at: SourceRange, hint?: string) =>
    report({ severity: 'error', code, message, range: at, ...(hint !== undefined && { hint }) })

  const nodeOf = (node: YamlNode): Node => {
    if (isAlias(node)) return aliased(node.source, rangeOf(node))
    if (node.anchor !== undefined) anchors.set(node.anchor, undefined)
    const plain = isMap(node) ? mapOf(node) : isSeq(node) ? listOf(node.items, rangeOf(node)) : scalarOf(node)
    // What a custom tag would make of it, nobody knows; the tag itself is reported.
    const isForeign = node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:')
    const converted: Node = isForeign ? { ...plain, broken: true } : plain
    if (node.anchor !== undefined) anchors.set(node.anchor, converted)
    return converted
  }

  const rangeOf = (node: YamlNode): SourceRange => range(node.range?.[0] ?? 0, endOf(node))
  const listOf = (items: readonly unknown[], at: SourceRange): Node => ({
    kind: 'list',
    items: items.map(item => nodeOf(item as YamlNode)),
    range: at,
    folder,
  })
  const empty = (at: SourceRange): ScalarNode => ({ kind: 'scalar', value: null, text: '', range: at, folder })

  const scalarOf = (node: Scalar): ScalarNode => {
    const value = node.value as ScalarNode['value']
    const at = rangeOf(node)
    if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && !node.format) {
      const hint = 'Put it in quotes if it is a name rather than a quantity.'
      fail('yaml-number', `${node.source} is too large to be kept exactly as a number.`, at, hint)
    }
    return { kind: 'scalar', value, text: node.source ?? '', range: at, folder }
  }

  const aliased = (name: string, at: SourceRange): Node => {
    const target = anchors.get(name)
    if (target)
      return { ...target, range: at, origins: [{ name: `&${name}`, range: target.range }, ...(target.origins ?? [])] }
    if (anchors.has(name)) fail('yaml-alias', `\`*${name}\` stands inside of \`&${name}\`, which it repeats.`, at)
    else if (text.includes(`&${name}`) || !whole.includes(`&${name}`)) {
      const near = nearest(name, anchors.keys())
      const hint =
        near === undefined ? `Mark the value to repeat with \`&${name}\` first.` : `Did you mean \`*${near}\`?`
      fail('yaml-alias', `There is no \`&${name}\` before \`*${name}\`.`, at, hint)
    }
    return { ...empty(at), broken: true }
  }

  const mapOf = (map: YAMLMap): MapNode => {
    const entries = new Map<string, Entry>()
    const written = new Map<string, SourceRange>()
    for (const { key, value } of map.items as { key: YamlNode; value: YamlNode | null }[]) {
      const at = rangeOf(key)
      const nothing = empty({ ...at, start: at.end })
      const isLost = lost.has(key.range?.[0] ?? -1)
      const child: Node = isLost ? { ...nothing, broken: true } : value ? nodeOf(value) : nothing
      const name = nameOf(key, at)
      if (name === undefined) continue
      if (isMergeKey(key)) {
        for (const [inherited, entry] of mergedFrom(child)) if (!entries.has(inherited)) entries.set(inherited, entry)
        continue
      }
      const before = written.get(name)
      if (before) {
        report({
          severity: 'error',
          code: 'duplicate-key',
          message: `\`${name}\` is written twice in the same map.`,
          range: at,
          hint: 'Keep one of them.',
          related: [{ message: 'It was first written here.', range: before }],
        })
        continue
      }
      written.set(name, at)
      entries.set(name, { key: at, value: child })
    }
    return { kind: 'map', entries, range: rangeOf(map), folder }
  }

  const nameOf = (key: YamlNode, at: SourceRange): string | undefined => {
    if (isScalar(key) && typeof key.value === 'string') return key.value
    const text = isScalar(key) ? key.source : undefined
    const found = text ? `\`${text}\`` : text === '' ? 'nothing' : 'a list, a map or an alias'
    fail('yaml-key', `A key must be a string; found ${found}.`, at, text ? `Put it in quotes: "${text}".` : undefined)
    return undefined
  }

  const mergedFrom = (node: Node): Iterable<[string, Entry]> => {
    if (node.kind === 'map') return node.entries
    if (node.kind === 'list') return node.items.flatMap(item => [...mergedFrom(item)])
    if (!node.broken) {
      const hint = 'Write `<<: *name` where `&name` marks a map.'
      fail('yaml-merge', '`<<` takes over the keys of a map, or of a list of maps; found neither.', node.range, hint)
    }
    return []
  }

  return document.contents ? nodeOf(document.contents) : empty(range(0, 0))
}

/** A plain `<<`; in quotes it is a key like any other. */
const isMergeKey = (key: YamlNode): boolean => isScalar(key) && key.type === 'PLAIN' && key.value === '<<'

/** Where a node's last value ends: the library counts the comments and line breaks after a block, too. */
const endOf = (node: YamlNode): number => {
  const last = isMap(node) || isSeq(node) ? node.items.at(-1) : undefined
  if (!last || (node as YAMLMap).flow) return node.range?.[1] ?? 0
  if (!isMap(node)) return endOf(last as YamlNode)
  const { key, value } = last as { key: YamlNode; value: YamlNode | null }
  return Math.max(endOf(key), value ? endOf(value) : 0)
}
