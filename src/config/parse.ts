import { parseAllDocuments } from 'yaml'
import type { SourceText } from '../diagnostic/diagnostic.ts'
import { rangeAt } from '../diagnostic/position.ts'
import { convert } from './convert.ts'
import type { Node, Report } from './node.ts'
import { reportSyntax } from './syntax.ts'

export interface ParseContext {
  /** The folder which relative locations in this text are relative to. */
  readonly folder: string
  readonly report: Report
}

// `schema` and `merge` also settle what a `%YAML 1.1` line would otherwise change. Merge keys and duplicate keys are
// `convert`'s, which knows their places.
const options = {
  schema: 'core',
  merge: false,
  uniqueKeys: false,
  resolveKnownTags: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const

/**
 * Parses one YAML 1.2 document, which starts at the offset `from` of a source, into nodes that know their places.
 * Returns undefined where the syntax is wrong: what follows the first such mistake would be guesswork.
 */
export const parseYaml = (source: SourceText, context: ParseContext, from = 0): Node | undefined => {
  const text = source.text.slice(from)
  const range = (start: number, end: number) => {
    const piece = text.slice(start, end)
    return rangeAt(source, from + start, from + start + (piece.trimEnd() || piece).length)
  }
  const [first, second] = [...parseAllDocuments(text, options)]

  if (!first) return { kind: 'scalar', value: null, text: '', range: range(0, 0), folder: context.folder }
  if (reportSyntax(first, text, range, context.report)) return undefined
  if (second) {
    const start = Math.max(first.range[1], text.lastIndexOf('---', second.contents?.range[0] ?? second.range[1]))
    context.report({
      severity: 'error',
      code: 'yaml-documents',
      message: 'A second YAML document starts here; a pipeline file holds one.',
      range: range(start, start + 3),
      hint: 'Put the other pipeline into a file of its own, or remove the line `---`.',
    })
  }
  return convert(first, { ...context, range })
}
