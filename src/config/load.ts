import { basename, dirname, isAbsolute, resolve } from 'node:path'
import type { Diagnostic, SourceText } from '../diagnostic/diagnostic.ts'
import { inOrder } from '../diagnostic/format.ts'
import type { Path, PipelineDocument, WrittenValue } from './document.ts'
import { findPipeline } from './find.ts'
import { find, hasBroken, isLarger, type MapNode, type Node, type Report } from './node.ts'
import { parseYaml } from './parse.ts'
import { applyProfile } from './profile.ts'
import { readText } from './read.ts'
import { createResolver } from './resolve.ts'
import { applySet } from './set.ts'
import { checkShape, type Shape } from './shape.ts'

export interface LoadOptions {
  /** As given by the user: see `findPipeline`. */
  readonly file: string
  /** The file's text, where it need not be read. */
  readonly text?: string
  /** The `--set` arguments, in their order. */
  readonly overrides?: readonly string[]
  readonly profile?: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}

export interface Loaded {
  /** There, if incomplete, even where something is wrong, as long as the file has a map of stages. */
  readonly document?: PipelineDocument
  readonly diagnostics: readonly Diagnostic[]
}

const mostValues = 1_000_000

/** Reads a pipeline file, lays the profile and the `--set` arguments over it, fills references in, checks its form. */
export const loadPipeline = (options: LoadOptions): Loaded => {
  const { overrides = [], profile, env, cwd } = options
  const opened = open(options)
  if ('diagnostic' in opened) return { diagnostics: [opened.diagnostic] }
  const { source } = opened

  const diagnostics: Diagnostic[] = []
  const report: Report = diagnostic => diagnostics.push(diagnostic)
  let root = parseYaml(source, { folder: dirname(source.name), report })
  if (!root) return { diagnostics: inOrder(diagnostics) }

  if (root.kind === 'map') {
    if (profile !== undefined) root = applyProfile(root, profile, report)
    for (const argument of overrides) root = applySet(root, argument, { cwd, report })
    root = fillIn(root, createResolver({ vars: root.entries.get('vars')?.value, env, cwd, report }))
  }
  if (isLarger(root, mostValues)) {
    const message = `With its aliases and references filled in, the file has more than ${mostValues} values.`
    report({ severity: 'error', code: 'too-large', message, range: { ...root.range, end: root.range.start } })
    return { diagnostics: inOrder(diagnostics) }
  }
  const shape = checkShape(root, report)
  const document = documentOf(source.name, root, shape)
  return { ...(document && { document }), diagnostics: inOrder(diagnostics) }
}

const open = ({ file, text, cwd }: LoadOptions): { source: SourceText } | { diagnostic: Diagnostic } => {
  if (text !== undefined) return { source: { name: resolve(cwd, file), text: text.replace(/^\ufeff/, '') } }
  const found = findPipeline(file, cwd)
  return 'diagnostic' in found ? found : readText(found.file, cwd)
}

/** Fills references in where they have a meaning: in the name, the variables, and the fields of the stages. */
const fillIn = (root: MapNode, resolveNode: (node: Node) => Node): MapNode => {
  const stage = (node: Node) => mapValues(node, resolveNode)
  const parts: Readonly<Record<string, (node: Node) => Node>> = {
    name: resolveNode,
    vars: node => mapValues(node, resolveNode),
    stages: node => mapValues(node, stage),
  }
  return mapValues(root, (node, key) => parts[key]?.(node) ?? node) as MapNode
}

const mapValues = (node: Node, change: (value: Node, key: string) => Node): Node => {
  if (node.kind !== 'map') return node
  const entries = [...node.entries].map(
    ([name, { key, value }]) => [name, { key, value: change(value, name) }] as const,
  )
  return { ...node, entries: new Map(entries) }
}

const writtenAt = (root: Node, path: Path): WrittenValue | undefined => {
  const { value, depth } = find(root, path)
  if (depth < path.length) return undefined
  const { range } = value
  const outwards = [value, ...path.map((_, length) => find(root, path.slice(0, length)).value).reverse()]
  const marked = outwards.findIndex(node => node.profile !== undefined)
  // A value that `--set` put into a map belongs to nothing that the map does.
  const isSet = !isAbsolute(range.source.name)
  const whole = isSet
    ? outwards.filter(node => node.range.source === range.source)
    : outwards.slice(0, marked < 0 ? undefined : marked + 1)
  const profile = isSet ? undefined : outwards[marked]?.profile
  return { range, through: whole.flatMap(({ origins = [] }) => origins), ...(profile !== undefined && { profile }) }
}

const documentOf = (
  file: string,
  root: Node,
  { name, stages, profiles, wrong }: Shape,
): PipelineDocument | undefined => {
  if (!stages) return undefined
  // Mostly nothing is, and then nobody need look.
  const sound = wrong.size === 0 && !hasBroken(root)
  return {
    file,
    name: name ?? basename(file).replace(/\.ya?ml$/, ''),
    stages,
    profiles,
    locate: (path, part = 'value') => {
      const { key, value, depth } = find(root, path)
      return part === 'key' || depth < path.length ? key : value.range
    },
    folder: path => find(root, path).value.folder,
    origins: path =>
      (find(root, path).value.origins ?? []).flatMap(({ name, range }) =>
        range ? [{ message: `\`${name}\` is written here.`, range }] : [],
      ),
    written: path => writtenAt(root, path),
    isBroken: path => {
      if (sound) return false
      const { value, depth } = find(root, path)
      const around = path.map((_, length) => find(root, path.slice(0, length)).value)
      return (
        [...around, value].some(node => node.broken || wrong.has(node)) || (depth === path.length && hasBroken(value))
      )
    },
  }
}
