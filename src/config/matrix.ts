import { describe } from '../diagnostic/describe.ts'
import type { SourceRange } from '../diagnostic/diagnostic.ts'
import { rangeAt } from '../diagnostic/position.ts'
import type { Expect } from './expect.ts'
import { find, isEmpty, isNull, type MapNode, type Node, plainOf, type Report } from './node.ts'
import { isReference } from './overlay.ts'
import { isSettable, type Step } from './settable.ts'

/** What a matrix varies: one of `vars`, or what stands at a path. */
export interface Axis {
  /** As the file has it. */
  readonly name: string
  /** The way to what it sets: `vars`, `seed`. */
  readonly steps: readonly Step[]
  readonly values: readonly Node[]
}

type Named = Pick<Axis, 'name' | 'steps'>

export interface Matrix {
  readonly axes: readonly Axis[]
  /** Names that are no variables' and no paths. What they could mean, only those know who know the stages. */
  readonly strange: readonly { readonly name: string; readonly range: SourceRange }[]
  /** Nothing is wrong with it. */
  readonly sound: boolean
}

export interface MatrixContext {
  /** The document, references filled in. */
  readonly root: MapNode
  readonly expect: Expect
  readonly report: Report
}

/** Reads `matrix`, references filled in, and reports what is wrong with it. An axis that is null has been taken out by a profile. */
export const readMatrix = (node: Node | undefined, { root, expect, report }: MatrixContext): Matrix => {
  const entries = expect.map(node, '`matrix` must be a map from names to lists of values', example)
  const known: (Named & { readonly values: Axis['values'] | undefined })[] = []
  const strange: { readonly name: string; readonly range: SourceRange }[] = []
  let sound = entries !== undefined && node?.broken !== true
  const vars = root.entries.get('vars')?.value
  for (const [name, { key, value }] of entries ?? []) {
    if (isNull(value)) continue
    const values = readValues(value, `\`${name}\` in \`matrix\``, expect)
    const isVariable = vars?.kind === 'map' && vars.entries.has(name)
    const steps = isVariable ? stepsOf(`vars.${name}`, key) : stepsOf(name, key)
    if (isVariable || (name.includes('.') && isSettable(root, steps, report, '`matrix`'))) {
      known.push({ name, steps, values })
    } else {
      sound = false
      if (!name.includes('.')) strange.push({ name, range: key })
    }
  }
  const axes = known.filter((axis): axis is Axis => axis.values !== undefined)
  const apart = areApart(known, expect)
  const free = areFree(axes, root, expect)
  return { axes, strange, sound: sound && axes.length === known.length && apart && free }
}

/** The values of one axis, which `what` names; undefined where they are none, which is reported. */
export const readValues = (node: Node, what: string, expect: Expect): readonly Node[] | undefined => {
  if (node.broken) return undefined
  if (isEmpty(node) && !isNull(node)) {
    expect.fail('empty-axis', `${what} has no values.`, node.range, 'Write them like `[1, 2, 3]`.')
    return undefined
  }
  if (node.kind !== 'list') {
    const hint = node.kind === 'scalar' && !isEmpty(node) ? `Write \`[${node.text}]\`.` : undefined
    return expect.refuse(node, `${what} must be a list of values`, hint ?? 'Write them like `[1, 2, 3]`.')
  }
  if (node.items.length === 0) {
    expect.fail('empty-axis', `${what} has no values.`, node.range, 'Write at least one, or remove the line.')
    return undefined
  }
  const first = new Map<string, Node>()
  let sound = true
  for (const item of node.items) {
    const before = first.get(canonical(plainOf(item)))
    if (item.broken) sound = false
    else if (!before) first.set(canonical(plainOf(item)), item)
    else {
      sound = false
      const message = `${what} has ${describe(plainOf(item))} twice.`
      const related = [{ message: 'It is first written here.', range: before.range }]
      expect.fail('duplicate-value', message, item.range, 'Keep one of them.', related)
    }
  }
  return sound ? node.items : undefined
}

/** Whether an axis as it was written, references not filled in, can be laid over another one. */
export const isSoundAxis = (node: Node): boolean => isNull(node) || isReference(node) || node.kind === 'list'

/** Values are equal that mean the same, however they are spelt. */
export const isSame = (one: Node, other: Node): boolean => canonical(plainOf(one)) === canonical(plainOf(other))

const example = 'Write it like `matrix: { seed: [1, 2, 3] }`.'

/** With keys in order. (As JSON, infinities and NaN would be null.) */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, each) => {
    if (typeof each === 'number' && !Number.isFinite(each)) return `number ${each}`
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return each
    return Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
  })

/** A path with the places of its names, where the key has just this text. */
const stepsOf = (path: string, key: SourceRange): readonly Step[] => {
  const { source, start, end } = key
  const literal = source.text.slice(start.offset, end.offset) === path
  let from = start.offset
  return path.split('.').map(name => {
    const range = literal ? rangeAt(source, from, from + name.length) : key
    from += name.length + 1
    return { name, range }
  })
}

/** Two axes may not set the same thing, nor one what is inside the other's. */
const areApart = (axes: readonly Named[], expect: Expect): boolean => {
  let apart = true
  for (const [index, axis] of axes.entries()) {
    const path = pathOf(axis)
    const other = axes.slice(0, index).find(each => within(path, pathOf(each)) || within(pathOf(each), path))
    if (!other) continue
    apart = false
    const related = [{ message: `\`${other.name}\` is written here.`, range: keyOf(other) }]
    const message = `\`${axis.name}\` and \`${other.name}\` of \`matrix\` set the same value, or one a part of the other's.`
    expect.fail('overlapping-axes', message, keyOf(axis), 'Keep one of them.', related)
  }
  return apart
}

/** A value that depends on what another axis sets would be another one in each cell. */
const areFree = (axes: readonly Axis[], root: MapNode, expect: Expect): boolean => {
  const changed = axes
    .filter(({ steps }) => steps[0]?.name === 'vars')
    .map(axis => ({ name: pathOf(axis), range: find(root, pathOf(axis).split('.')).value.range }))
  let free = true
  for (const { name, values } of axes)
    for (const value of values) {
      const origins = originsIn(value)
      const met = changed.find(({ range }) => origins.some(origin => overlap(origin, range)))
      if (!met) continue
      free = false
      const message = `A value of \`${name}\` in \`matrix\` refers to \`${met.name}\`, which the matrix changes.`
      expect.fail('axis-reference', message, value.range, 'Put the two together where they are used, under `with`.')
    }
  return free
}

/** The places of the variables that a value, or anything in it, came through. */
const originsIn = (node: Node): readonly SourceRange[] => {
  const inside =
    node.kind === 'list' ? node.items : node.kind === 'map' ? [...node.entries.values()].map(e => e.value) : []
  const own = (node.origins ?? []).flatMap(({ name, range }) => (range && name.startsWith('vars.') ? [range] : []))
  return [...own, ...inside.flatMap(originsIn)]
}

const overlap = (one: SourceRange, other: SourceRange): boolean =>
  one.source.name === other.source.name && one.start.offset < other.end.offset && other.start.offset < one.end.offset

const within = (path: string, around: string): boolean => `${path}.`.startsWith(`${around}.`)

/** Where the axis is named. */
export const keyOf = ({ steps }: Named): SourceRange => ({ ...steps[0]!.range, end: steps.at(-1)!.range.end })

/** `vars.seed`. */
export const pathOf = ({ steps }: Named): string => namesOf(steps).join('.')

/** The same as a path in the document. */
export const namesOf = (steps: readonly Step[]): readonly string[] => steps.map(({ name }) => name)
