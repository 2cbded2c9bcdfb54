import { type Document, parseAllDocuments } from 'yaml'
import type { SourceText } from '../diagnostic/diagnostic.ts'
import { rangeAt } from '../diagnostic/position.ts'
import { convert } from './convert.ts'
import type { Node, Report } from './node.ts'
import { type Salvaged, withoutValue } from './salvage.ts'
import { reportSyntax, wrongAt } from './syntax.ts'

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
 * Parses one YAML 1.2 document, which starts at the offset `from` of a source, into nodes that know their places. A value in
 * which the syntax is wrong is marked broken, and the rest read as if it stood there; undefined where that leads nowhere.
 */
export const parseYaml = (source: SourceText, context: ParseContext, from = 0): Node | undefined => {
  const text = source.text.slice(from)
  const range = (start: number, end: number) => {
    const piece = text.slice(start, end)
    return rangeAt(source, from + start, from + start + (piece.trimEnd() || piece).length)
  }
  const told = new Set<number>()
  const report: Report = diagnostic => {
    const offset = diagnostic.range?.start.offset ?? 0
    if (!told.has(offset)) context.report(diagnostic)
    told.add(offset)
  }
  let salvaged: Salvaged = { text, lost: new Set() }
  let [first, second] = [...parseAllDocuments(text, options)]
  if (!first) return { kind: 'scalar', value: null, text: '', range: range(0, 0), folder: context.folder }
  for (let wrong = wrongAt(first), rounds = 0; ; wrong = wrongAt(first), rounds++) {
    reportSyntax(first, salvaged.text, range, report)
    if (wrong === undefined) break
    const better = rounds < mostMistakes ? next(salvaged, wrong) : undefined
    if (!better) return undefined
    salvaged = better.salvaged
    ;[first, second] = better.documents
  }
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
  return convert(first, { ...context, range, whole: text, ...salvaged })
}

/** With more of them a file is something else than a pipeline, and each costs as much as reading it. */
const mostMistakes = 20

type Documents = readonly [Document.Parsed, ...Document.Parsed[]]

/** The text with the least taken out in which the first mistake, if there is one, stands after an offset. */
const next = (
  salvaged: Salvaged,
  offset: number,
): { readonly salvaged: Salvaged; readonly documents: Documents } | undefined => {
  for (const less of withoutValue(salvaged, offset)) {
    const documents = [...parseAllDocuments(less.text, options)] as unknown as Documents
    if ((wrongAt(documents[0]) ?? Number.POSITIVE_INFINITY) > offset) return { salvaged: less, documents }
  }
  return undefined
}
