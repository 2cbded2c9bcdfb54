import { describe } from '../diagnostic/describe.ts'
import type { SourceRange } from '../diagnostic/diagnostic.ts'
import { listed, nearest } from '../diagnostic/nearest.ts'
import type { MapNode, Node, Report, ScalarNode } from './node.ts'
import { isEmpty, plainOf } from './node.ts'
import { overlay } from './overlay.ts'
import { partsOf, type Reference } from './reference.ts'

export interface ResolveContext {
  /** What `${vars.x}` looks into; references in it are resolved as they are met. */
  readonly vars: Node | undefined
  /** What `${env.X}` looks into. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly report: Report
}

/**
 * Makes the function that fills references in. A value that is nothing but one reference becomes what it refers to;
 * its range stays where it was, its folder and its inside are those of what it refers to. A mistake is reported once,
 * and every value that needs it is marked broken.
 */
export const createResolver = ({ vars, env, cwd, report }: ResolveContext): ((node: Node) => Node) => {
  const resolved = new Map<Node, Node>()
  // The scalars being resolved, each with the reference it has reached; a scalar met again closes a circle.
  const open: { readonly node: ScalarNode; reference?: Reference }[] = []
  const circular = new Set<Node>()

  const resolve = (node: Node): Node => {
    const before = resolved.get(node)
    if (before) return before
    const now =
      node.kind === 'scalar' ? resolveScalar(node) : node.kind === 'map' ? resolveMap(node) : resolveList(node)
    resolved.set(node, now)
    return now
  }
  const resolveList = (node: Extract<Node, { kind: 'list' }>): Node => ({ ...node, items: node.items.map(resolve) })
  const resolveMap = ({ under, ...map }: MapNode): Node => {
    const entries = [...map.entries].map(([name, { key, value }]) => [name, { key, value: resolve(value) }] as const)
    const top: Node = { ...map, entries: new Map(entries) }
    if (!under) return top
    const base = resolve(under)
    return { ...overlay(withoutLayer(base), top), ...layerOf(map), ...(base.broken && { broken: true }) }
  }

  const resolveScalar = (node: ScalarNode): Node => {
    if (typeof node.value !== 'string' || !node.value.includes('${')) return node
    const first = open.findIndex(each => each.node === node)
    if (first >= 0) {
      reportCircle(open.slice(first).map(({ reference }) => reference!))
      for (const { node: member } of open.slice(first)) circular.add(member)
      return broken(node)
    }
    const entry: (typeof open)[number] = { node }
    open.push(entry)
    const filled = fill(node, reference => {
      entry.reference = reference
      return lookUp(reference)
    })
    open.pop()
    return !filled || circular.has(node) ? broken(node) : filled
  }

  /** The value of a string with references; undefined where it could not be made out. */
  const fill = (node: ScalarNode, follow: (reference: Reference) => Node | undefined): Node | undefined => {
    const parts = partsOf(node, report)
    const values = parts?.map(part => (typeof part === 'string' ? part : follow(part)))
    if (!parts || !values) return undefined
    const found = values.filter(value => typeof value === 'object')
    const origins = found.flatMap(value => value.origins ?? [])
    const [first] = values
    const folder = typeof first === 'object' ? first.folder : node.folder
    if (found.some(value => value.broken)) return undefined
    if (parts.length === 1 && typeof first === 'object')
      return { ...withoutLayer(first), ...layerOf(node), range: node.range, origins }

    const texts = values.map((value, index) =>
      typeof value === 'object' ? textOf(value, parts[index] as Reference) : value,
    )
    if (texts.includes(undefined)) return undefined
    const text = texts.join('')
    return { ...node, value: text, text, folder, origins }
  }

  /** A value as part of a longer text. */
  const textOf = (value: Node, { name, range }: Reference): string | undefined => {
    if (value.kind === 'scalar' && value.value !== null) return value.text
    const message = `\`${name}\` is ${describe(plainOf(value))}, which cannot stand inside a longer text.`
    fail('reference-type', message, range, 'Only a string, a number or a boolean can.')
    return undefined
  }

  const lookUp = (reference: Reference): Node | undefined =>
    reference.namespace === 'env' ? lookUpEnv(reference) : lookUpVar(reference)

  const lookUpEnv = ({ path, range }: Reference): Node | undefined => {
    const variable = path.join('.')
    const value = env[variable]
    if (value !== undefined)
      return { kind: 'scalar', value, text: value, range, folder: cwd, origins: [{ name: `env.${variable}` }] }
    const near = nearest(variable, Object.keys(env))
    const hint = near ? `Did you mean \`${near}\`?` : `Set it, or write \`${variable}=…\` before the command.`
    fail('unknown-variable', `The environment variable \`${variable}\` is not set.`, range, hint)
    return undefined
  }

  const lookUpVar = ({ path, name, range }: Reference): Node | undefined => {
    let node: Node = vars && !isEmpty(vars) ? vars : { kind: 'map', entries: new Map(), range, folder: cwd }
    // `vars` of a wrong type is reported as that.
    if (node.kind !== 'map') return undefined
    let written: SourceRange = range
    let { layer } = node
    for (const [depth, step] of path.entries()) {
      // A variable on the way can itself be a reference to a map.
      if (node.kind === 'scalar' || (node.kind === 'map' && node.under)) node = resolve(node)
      if (node.broken) return node
      const child: Node | undefined = node.kind === 'map' ? node.entries.get(step)?.value : itemOf(node, step)
      if (!child) {
        reportUnknown(name, path.slice(0, depth), step, node, range)
        return undefined
      }
      node = child
      written = child.range
      if (child.layer !== undefined) layer = child.layer
    }
    const value = resolve(node)
    return {
      ...value,
      origins: [{ name, range: written, ...layer }, ...(value.origins ?? [])],
    }
  }

  const reportUnknown = (name: string, path: readonly string[], step: string, parent: Node, range: SourceRange) => {
    const around = ['vars', ...path].join('.')
    if (parent.kind === 'scalar') {
      const message = `\`${name}\` looks for \`${step}\` in \`${around}\`, which is ${describe(parent.value)}.`
      return fail('unknown-variable', message, range)
    }
    const message = `\`${around}.${step}\` is not defined.`
    if (parent.kind === 'list')
      return fail('unknown-variable', message, range, `The list has ${parent.items.length} items, from 0.`)
    const near = nearest(step, parent.entries.keys())
    const defined = [...parent.entries.keys()].map(each => `${around}.${each}`)
    const hint = near ? `Did you mean \`${around}.${near}\`?` : listed(defined, 'Defined')
    fail('unknown-variable', message, range, hint ?? `Define it under \`${around}\`.`)
  }

  const reportCircle = (circle: readonly Reference[]) => {
    const names = [circle.at(-1)!, ...circle].map(({ name }) => `\`${name}\``)
    const [first, ...others] = circle
    report({
      severity: 'error',
      code: 'circular-reference',
      message: `References go in a circle: ${names.join(' → ')}.`,
      range: first!.range,
      related: others.map(({ name, range }) => ({ message: `It goes on to \`${name}\` here.`, range })),
      hint: 'Give one of them a value of its own.',
    })
  }

  const fail = (code: string, message: string, range: SourceRange, hint?: string) =>
    report({ severity: 'error', code, message, range, ...(hint !== undefined && { hint }) })

  return resolve
}

const layerOf = ({ layer }: Node): Pick<Node, 'layer'> => (layer === undefined ? {} : { layer })

/** A variable's value where it is referred to: that the variable is a profile's, or the matrix's, says nothing of the reference. */
const withoutLayer = ({ layer: _, ...node }: Node): Node => node as Node

const broken = (node: ScalarNode): Node => ({ ...node, broken: true })

const itemOf = (node: Node, step: string): Node | undefined =>
  node.kind === 'list' ? node.items[Number(step)] : undefined
