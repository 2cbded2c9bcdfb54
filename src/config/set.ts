import type { SourceRange, SourceText } from '../diagnostic/diagnostic.ts'
import { rangeAt } from '../diagnostic/position.ts'
import { type MapNode, type Node, plainOf, type Report } from './node.ts'
import { overlayAt } from './overlay.ts'
import { parseYaml } from './parse.ts'
import { isSettable, type Step } from './settable.ts'

interface SetContext {
  /** The folder which relative locations in an argument are relative to. */
  readonly cwd: string
  readonly report: Report
}

/**
 * Lays one `--set path=value` over the document. The value is a YAML scalar, or a list or map in flow style. Only
 * variables that exist, and fields of stages that exist, can be set; parameters in `with` are the schema's to check.
 */
export const applySet = (root: MapNode, argument: string, { cwd, report }: SetContext): MapNode => {
  const source: SourceText = { name: '--set', text: argument }
  const steps = stepsOf(source, report)
  if (!steps || !isSettable(root, steps, report)) return root
  const value = readValue(source, argument.indexOf('=') + 1, { folder: cwd, report })
  if (!value) return root
  return overlayAt(root, steps, value)
}

/** The path before the `=`, with the place of each step. */
const stepsOf = (source: SourceText, report: Report): readonly Step[] | undefined => {
  const fail = (message: string, range: SourceRange, hint: string) => {
    report({ severity: 'error', code: 'set-syntax', message, range, hint })
    return undefined
  }
  const example = 'Write it like `--set vars.model=./model` or `--set stages.train.with.learning_rate=3e-5`.'
  const equals = source.text.indexOf('=')
  if (equals < 0) {
    return fail('`--set` takes `path=value`; there is no `=`.', rangeAt(source, 0, source.text.length), example)
  }
  const steps: Step[] = []
  let from = 0
  for (const part of source.text.slice(0, equals).split('.')) {
    const start = from + part.search(/\S|$/)
    const name = part.trim()
    if (name === '') return fail('A name is missing in the path.', rangeAt(source, from, from + 1), example)
    steps.push({ name, range: rangeAt(source, start, start + name.length) })
    from += part.length + 1
  }
  return steps
}

/** What stands behind the `=` for this value: as it was spelt, in quotes where it would be read as something else. */
export const settingOf = (node: Node): string => {
  const plain = plainOf(node)
  if (node.kind !== 'scalar') return JSON.stringify(plain)
  const spelt = typeof plain === 'string' ? plain : node.text || 'null'
  const source: SourceText = { name: '--set', text: spelt }
  const back = readValue(source, 0, { folder: node.folder, report: () => {} })
  return back?.kind === 'scalar' && back.value === plain ? spelt : JSON.stringify(plain)
}

// What is plain is taken literally to its end: `#`, `: ` and the like mean nothing special on a command line.
const readValue = (source: SourceText, from: number, context: { folder: string; report: Report }): Node | undefined => {
  const start = from + source.text.slice(from).search(/\S|$/)
  if (/^[[{"']/.test(source.text.slice(start))) return parseYaml(source, context, start)
  const text = source.text.slice(start).trimEnd()
  const node = parseYaml(source, { ...context, report: () => {} }, start)
  if (node?.kind === 'scalar' && node.text === text) return node
  return {
    kind: 'scalar',
    value: text,
    text,
    range: rangeAt(source, start, start + text.length),
    folder: context.folder,
  }
}
