import type { SourceRange } from '../diagnostic/diagnostic.ts'
import type { Layer } from './document.ts'
import { type Axis, isSame, keyOf, type Matrix, namesOf, pathOf } from './matrix.ts'
import { find, type MapNode, type Node, plainOf, type Report } from './node.ts'
import { overlayAt } from './overlay.ts'
import { settingOf } from './set.ts'

/** One cell of a matrix: a value of each of its axes. */
export type Cell = readonly CellValue[]

export interface CellValue {
  /** The name of the axis, as the file has it. */
  readonly axis: string
  /** What it sets, as `--set` has it: `vars.seed`. */
  readonly path: string
  readonly value: unknown
  /** The value as it was spelt, and as `--set` takes it. */
  readonly text: string
  /** `--set` has chosen it: the axis has no other value in this run. */
  readonly chosen: boolean
  /** Where the axis and the value are written. */
  readonly key: SourceRange
  readonly range: SourceRange
}

/** A cell with what it changes of the document. */
export interface CellNodes {
  readonly cell: Cell
  /** Lays the values that `--set` has not chosen over the document, before `--set` comes. */
  before(root: MapNode): MapNode
  /** Lays those over it that `--set` has chosen among the matrix's own: they mean what they mean in the file. */
  after(root: MapNode): MapNode
}

/** More would take long to plan alone; nobody reads a table of so many rows. */
const mostCells = 1000

/**
 * The cells of a matrix, the last axis fastest. `root` is the document after `--set`: an axis that it has set as a
 * whole keeps that value alone. Reports where there are too many, and answers undefined then.
 */
export const cellsOf = ({ axes }: Matrix, root: Node, at: SourceRange, report: Report): CellNodes[] | undefined => {
  const choices = axes.map(axis => choicesOf(axis, root))
  const count = choices.reduce((product, each) => product * each.length, 1)
  if (count > mostCells) {
    const message = `The matrix has ${count.toLocaleString('en-US')} cells; at most ${mostCells.toLocaleString('en-US')} are run at once.`
    const hint = `Write fewer values, or choose some: \`--set ${pathOf(axes[0]!)}=${settingOf(axes[0]!.values[0]!)}\`.`
    report({ severity: 'error', code: 'too-many-cells', message, range: at, hint })
    return undefined
  }
  return product(choices).map(chosen => {
    const lay = (root: MapNode, which: boolean): MapNode =>
      chosen
        .filter(each => each.chosen === which)
        .reduce((on, { steps, node, layer }) => overlayAt(on, steps, node, layer), root)
    return {
      cell: chosen.map(({ axis, path, node, chosen, key }) => {
        return { axis, path, value: plainOf(node), text: settingOf(node), chosen, key, range: node.range }
      }),
      before: root => lay(root, false),
      after: root => lay(root, true),
    }
  })
}

interface Choice extends Pick<Axis, 'steps'> {
  readonly axis: string
  readonly path: string
  readonly node: Node
  /** Whose value it is: the matrix's, or if it has none like it that of `--set`. */
  readonly layer?: Layer
  readonly chosen: boolean
  readonly key: SourceRange
}

const choicesOf = (axis: Axis, root: Node): readonly Choice[] => {
  const { name, steps, values } = axis
  const is = { axis: name, path: pathOf(axis), steps, key: keyOf(axis) }
  const own = (node: Node, chosen: boolean): Choice => ({ ...is, node: literal(node), layer: { axis: name }, chosen })
  const path = namesOf(steps)
  const { value, depth } = find(root, path)
  if (depth < path.length || !isSetting(value)) return values.map(node => own(node, false))
  const same = values.find(each => isSame(each, value))
  return [same ? own(same, true) : { ...is, node: literal(value), chosen: true }]
}

/** Whether it is what stands behind the `=` of a `--set`, not a map around that. */
const isSetting = ({ range: { source, start } }: Node): boolean =>
  source.name === '--set' && start.offset > source.text.indexOf('=')

/** A value whose references are filled in, as one that is yet to be looked through for references. */
const literal = (node: Node): Node => {
  if (node.kind === 'list') return { ...node, items: node.items.map(literal) }
  if (node.kind === 'map') {
    const entries = [...node.entries].map(([name, { key, value }]) => [name, { key, value: literal(value) }] as const)
    return { ...node, entries: new Map(entries) }
  }
  if (typeof node.value !== 'string' || !node.value.includes('${')) return node
  const value = node.value.replaceAll('${', () => '$${')
  return { ...node, value, text: value }
}

const product = (choices: readonly (readonly Choice[])[]): readonly (readonly Choice[])[] =>
  choices.reduce<readonly (readonly Choice[])[]>(
    (cells, axis) => cells.flatMap(cell => axis.map(choice => [...cell, choice])),
    [[]],
  )
