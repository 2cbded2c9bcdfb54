import { basename, dirname, isAbsolute, resolve } from 'node:path'
import type { Diagnostic, SourceText } from '../diagnostic/diagnostic.ts'
import { inOrder } from '../diagnostic/format.ts'
import { type Cell, cellsOf } from './cells.ts'
import type { Path, PipelineDocument, WrittenValue } from './document.ts'
import { findPipeline } from './find.ts'
import { type Axis, type Matrix, namesOf } from './matrix.ts'
import { find, hasBroken, isLarger, type MapNode, type Node, type Report } from './node.ts'
import { overlayAt } from './overlay.ts'
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
  /**
   * There, if incomplete, even where something is wrong, as long as the file has a map of stages. Where there are cells,
   * it is the document as it would be without a matrix.
   */
  readonly document?: PipelineDocument
  readonly diagnostics: readonly Diagnostic[]
  /** The file's text, where it could be read. */
  readonly source?: SourceText
  /** The cells of the file's matrix, unless it has none, or `--set` has chosen a single one: that is then the document. */
  readonly cells?: readonly LoadedCell[]
}

export interface LoadedCell {
  readonly cell: Cell
  /** The cell's own document, and what is wrong with that. */
  load(): Pick<Loaded, 'document' | 'diagnostics'>
}

const mostValues = 1_000_000

/** Reads a pipeline file, lays the profile, a cell of the matrix and the `--set` arguments over it, fills references in, checks its form. */
export const loadPipeline = (options: LoadOptions): Loaded => {
  const opened = open(options)
  if ('diagnostic' in opened) return { diagnostics: [opened.diagnostic] }
  return { ...load(opened.source, options), source: opened.source }
}

const load = (source: SourceText, options: LoadOptions): Loaded => {
  const { overrides = [], profile, cwd } = options
  const diagnostics: Diagnostic[] = []
  const report: Report = diagnostic => diagnostics.push(diagnostic)
  const parsed = parseYaml(source, { folder: dirname(source.name), report })
  if (!parsed) return { diagnostics: inOrder(diagnostics) }
  if (parsed.kind !== 'map') return told(finish(parsed, options, source), diagnostics)

  const root = profile === undefined ? parsed : applyProfile(parsed, profile, report)
  const withSets = (on: MapNode, report: Report): MapNode =>
    overrides.reduce((each, argument) => applySet(each, argument, { cwd, report }), on)
  const whole = finish(withSets(root, report), options, source)
  if (!whole.matrix?.sound || whole.root.kind !== 'map' || whole.matrix.axes.length === 0)
    return told(whole, diagnostics)

  const at = whole.root.entries.get('matrix')!.key
  const maps = whole.matrix.axes.filter(({ steps }) => find(whole.root, namesOf(steps)).value.kind === 'map')
  // A map that `--set` lays over one of the file's cannot be told from it any more.
  const sets = maps.length > 0 ? finish(withSets(withoutValues(root, maps), unheard), options, source) : whole
  const cells = cellsOf(whole.matrix, sets.root, at, report)
  if (!cells) return told(whole, diagnostics)
  const loaded = cells.map(({ cell, before, after }): LoadedCell => {
    const load = () => finish(withoutMatrix(after(withSets(before(root), unheard))), options, source, cell)
    return { cell, load: () => told(load(), []) }
  })
  const [only] = loaded
  if (!only!.cell.every(({ chosen }) => chosen))
    return { ...told({ ...whole, diagnostics: [] }, diagnostics), cells: loaded }
  const { document, diagnostics: own } = only!.load()
  return told({ document, diagnostics: own }, diagnostics)
}

/** What is wrong with `--set` has been said of the whole. */
const unheard: Report = () => {}

/** The document with nothing where these axes set something. */
const withoutValues = (root: MapNode, axes: readonly Axis[]): MapNode =>
  axes.reduce((on, { steps }) => overlayAt(on, steps, { ...root, kind: 'scalar', value: null, text: '' }), root)

/** What is wrong with the matrix has been said of the whole. */
const withoutMatrix = (root: MapNode): MapNode => ({
  ...root,
  entries: new Map([...root.entries].filter(([name]) => name !== 'matrix')),
})

interface Finished {
  readonly root: Node
  readonly matrix?: Matrix
  readonly document: PipelineDocument | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** From the document with everything laid over it to one whose references are filled in and whose form is checked. */
const finish = (written: Node, { env, cwd }: LoadOptions, source: SourceText, cell?: Cell): Finished => {
  const diagnostics: Diagnostic[] = []
  const report: Report = diagnostic => diagnostics.push(diagnostic)
  const vars = written.kind === 'map' ? written.entries.get('vars')?.value : undefined
  const root = written.kind === 'map' ? fillIn(written, createResolver({ vars, env, cwd, report })) : written
  if (isLarger(root, mostValues)) {
    const message = `With its aliases and references filled in, the file has more than ${mostValues} values.`
    report({ severity: 'error', code: 'too-large', message, range: { ...root.range, end: root.range.start } })
    return { root, document: undefined, diagnostics }
  }
  const shape = checkShape(root, report)
  const document = documentOf(source.name, root, shape)
  return { root, matrix: shape.matrix, document: document && { ...document, ...(cell && { cell }) }, diagnostics }
}

const told = (
  { document, diagnostics }: Pick<Finished, 'document' | 'diagnostics'>,
  before: readonly Diagnostic[],
): Loaded => ({
  ...(document && { document }),
  diagnostics: inOrder([...before, ...diagnostics]),
})

const open = ({ file, text, cwd }: LoadOptions): { source: SourceText } | { diagnostic: Diagnostic } => {
  if (text !== undefined) return { source: { name: resolve(cwd, file), text: text.replace(/^\ufeff/, '') } }
  const found = findPipeline(file, cwd)
  return 'diagnostic' in found ? found : readText(found.file, cwd)
}

/** Fills references in where they have a meaning: in the name, the variables, the matrix, and the fields of the stages. */
const fillIn = (root: MapNode, resolveNode: (node: Node) => Node): MapNode => {
  const stage = (node: Node) => mapValues(node, resolveNode)
  const parts: Readonly<Record<string, (node: Node) => Node>> = {
    name: resolveNode,
    vars: node => mapValues(node, resolveNode),
    matrix: resolveNode,
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
  const marked = outwards.findIndex(node => node.layer !== undefined)
  // A value that `--set` put into a map belongs to nothing that the map does.
  const isSet = !isAbsolute(range.source.name)
  const whole = isSet
    ? outwards.filter(node => node.range.source === range.source)
    : outwards.slice(0, marked < 0 ? undefined : marked + 1)
  const through = whole.flatMap(({ origins = [] }) => origins)
  return { range, through, ...(!isSet && outwards[marked]?.layer) }
}

const documentOf = (
  file: string,
  root: Node,
  { name, stages, profiles, matrix, wrong }: Shape,
): PipelineDocument | undefined => {
  if (!stages) return undefined
  // Mostly nothing is, and then nobody need look.
  const sound = wrong.size === 0 && !hasBroken(root)
  return {
    file,
    name: name ?? basename(file).replace(/\.ya?ml$/, ''),
    stages,
    profiles,
    variables: variablesOf(root),
    strangeAxes: matrix.strange,
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

const variablesOf = (root: Node): readonly string[] => {
  const vars = root.kind === 'map' ? root.entries.get('vars')?.value : undefined
  return vars?.kind === 'map' ? [...vars.entries.keys()] : []
}
