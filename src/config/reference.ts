import type { SourceRange } from '../diagnostic/diagnostic.ts'
import { nearest } from '../diagnostic/nearest.ts'
import { rangeAt } from '../diagnostic/position.ts'
import type { Report, ScalarNode } from './node.ts'

/** `${vars.base.dir}`: `vars` is the namespace, `['base', 'dir']` the path. */
export interface Reference {
  readonly namespace: Namespace
  readonly path: readonly string[]
  /** Without `${` and `}`, for messages. */
  readonly name: string
  readonly range: SourceRange
}

const namespaces = ['vars', 'env'] as const
type Namespace = (typeof namespaces)[number]

/**
 * Cuts a string into its texts and references; `$${` is a literal `${`. Returns undefined where a reference is
 * malformed, which is reported.
 */
export const partsOf = (node: ScalarNode, report: Report): readonly (string | Reference)[] | undefined => {
  const text = String(node.value)
  const rangeOf = placesOf(node)
  const parts: (string | Reference)[] = []
  let sound = true
  let from = 0
  for (const { 0: found, 1: inner, index } of text.matchAll(/\$\$\{|\$\{([^{}]*\}?)/g)) {
    if (index > from) parts.push(text.slice(from, index))
    from = index + found.length
    if (inner === undefined) parts.push('${')
    else {
      const reference = parse(inner, rangeOf(found), report)
      if (reference) parts.push(reference)
      else sound = false
    }
  }
  if (from < text.length) parts.push(text.slice(from))
  return sound ? parts : undefined
}

const parse = (inner: string, range: SourceRange, report: Report): Reference | undefined => {
  const fail = (code: string, message: string, hint: string) => {
    report({ severity: 'error', code, message, range, hint })
    return undefined
  }

  if (!inner.endsWith('}')) {
    return fail('reference-syntax', 'This `${` has no `}`.', 'Close the reference; a literal `${` is written `$${`.')
  }
  const name = inner.slice(0, -1).trim()
  const [namespace = '', ...path] = name.split('.')
  if (!isNamespace(namespace)) {
    const near = nearest(namespace, namespaces)
    const hint = near ? `Did you mean \`\${${[near, ...path].join('.')}}\`?` : literalHint(name)
    const message = `A reference is \`\${vars.name}\` or \`\${env.NAME}\`; found \`\${${name}}\`.`
    return fail('reference-namespace', message, hint)
  }
  if (path.length === 0 || path.some(step => !/^[^\s"'`$]+$/.test(step))) {
    const example = namespace === 'vars' ? '${vars.name}' : '${env.NAME}'
    return fail('reference-syntax', `\`\${${name}}\` names nothing in \`${namespace}\`.`, `Write \`${example}\`.`)
  }
  return { namespace, path, name, range }
}

const literalHint = (name: string): string =>
  /^\w+$/.test(name)
    ? `Write \`\${env.${name}}\` for the variable of the environment, \`$\${\` for a literal \`\${\`.`
    : 'A literal `${` is written `$${`.'

const isNamespace = (name: string): name is Namespace => namespaces.some(each => each === name)

/** Finds the places of a scalar's pieces, asked for in their order; where quoting changed them, that of the scalar. */
const placesOf = ({ range }: ScalarNode): ((piece: string) => SourceRange) => {
  const { source, start, end } = range
  let from = start.offset
  return piece => {
    const at = source.text.indexOf(piece, from)
    if (at < 0 || at + piece.length > end.offset) return range
    from = at + piece.length
    return rangeAt(source, at, from)
  }
}
