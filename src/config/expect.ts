import { describe } from '../diagnostic/describe.ts'
import type { SourceRange } from '../diagnostic/diagnostic.ts'
import { nearest } from '../diagnostic/nearest.ts'
import type { Related } from './document.ts'
import { isEmpty, type MapNode, type Node, plainOf, type Report } from './node.ts'

/** What the shape checks are written with: each reads a value, or reports it and answers undefined. */
export interface Expect {
  fail(code: string, message: string, range: SourceRange, hint?: string, related?: readonly Related[]): void
  /** Reports a value of a wrong type; `what` says what was expected of what. */
  refuse(node: Node, what: string, hint?: string): undefined
  /** The entries of a map; a key that is absent or has no value counts as an empty one. */
  map(node: Node | undefined, what: string, hint?: string): MapNode['entries'] | undefined
  /** A string that is not empty; undefined, too, where it is absent. `what` is its name, `form` what it must be. */
  text(node: Node | undefined, what: string, form?: string, hint?: string): string | undefined
  /** Reports the keys that are not among the fields of `what`; `otherwise` is the hint where none is near. */
  keys(entries: MapNode['entries'], fields: readonly string[], what: string, otherwise: string): void
}

/** Makes the checks; the values that they refuse are added to `wrong`. */
export const createExpect = (report: Report, wrong: Set<Node>): Expect => {
  const fail: Expect['fail'] = (code, message, range, hint, related) =>
    report({
      severity: 'error',
      code,
      message,
      range,
      ...(hint !== undefined && { hint }),
      ...(related !== undefined && { related }),
    })

  const refuse: Expect['refuse'] = (node, what, hint) => {
    if (!node.broken) fail('wrong-type', `${what}; found ${describe(plainOf(node))}.`, node.range, hint)
    wrong.add(node)
    return undefined
  }

  return {
    fail,
    refuse,
    map: (node, what, hint) => {
      if (!node || isEmpty(node)) return new Map()
      return node.kind === 'map' ? node.entries : refuse(node, what, hint)
    },
    text: (node, what, form = 'a string', hint) => {
      if (!node) return undefined
      if (node.broken || node.kind !== 'scalar') return refuse(node, `${what} must be ${form}`, hint)
      if (node.value === '') return refuse(node, `${what} must not be empty`, hint)
      if (typeof node.value === 'string') return node.value
      const inQuotes = node.text === '' ? undefined : `Put it in quotes: "${node.text}".`
      return refuse(node, `${what} must be ${form}`, hint ?? inQuotes)
    },
    keys: (entries, fields, what, otherwise) => {
      for (const [key, entry] of entries) {
        if (fields.includes(key)) continue
        const near = nearest(key, fields)
        const hint = near === undefined ? otherwise : `Did you mean \`${near}\`?`
        fail('unknown-key', `\`${key}\` is not a key of ${what}.`, entry.key, hint)
      }
    },
  }
}
