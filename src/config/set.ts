import { describe } from '../diagnostic/describe.ts'
import type { SourceRange, SourceText } from '../diagnostic/diagnostic.ts'
import { didYouMean } from '../diagnostic/nearest.ts'
import { rangeAt } from '../diagnostic/position.ts'
import { type Entry, type MapNode, type Node, plainOf, type Report } from './node.ts'
import { isReference, overlay } from './overlay.ts'
import { parseYaml } from './parse.ts'
import { stageFields } from './stage-entry.ts'

interface SetContext {
  /** The folder which relative locations in an argument are relative to. */
  readonly cwd: string
  readonly report: Report
}

interface Step {
  readonly name: string
  readonly range: SourceRange
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
  const over = steps.toReversed().reduce<Node>(
    (inner, { name, range }) => ({
      kind: 'map',
      entries: new Map([[name, { key: range, value: inner }]]),
      range,
      folder: cwd,
    }),
    value,
  )
  return overlay(root, over) as MapNode
}

/** The path before the `=`, with the place of each step. */
const stepsOf = (source: SourceText, report: Report): readonly Step[] | undefined => {
  const fail = (message: string, range: SourceRange, hint: string) => {
    report({ severity: 'error', code: 'set-syntax', message, range, hint })
    return undefined
  }
  const example = 'Write it like `--set vars.model=./model` or `--set stages.train.with.learning_rate=3e-5`.'
  const equals = source.text.indexOf('=')
  if (equals < 0)
    return fail('`--set` takes `path=value`; there is no `=`.', rangeAt(source, 0, source.text.length), example)
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

const isSettable = (root: MapNode, steps: readonly Step[], report: Report): boolean => {
  const fail = (code: string, { range }: Step, message: string, hint?: string) => {
    report({ severity: 'error', code, message, range, ...(hint !== undefined && { hint }) })
    return false
  }
  const path = (depth: number) =>
    steps
      .slice(0, depth)
      .map(({ name }) => name)
      .join('.')
  const unknown = (code: string, depth: number, message: string, names: Iterable<string>) =>
    fail(code, steps[depth]!, message, didYouMean(steps[depth]!.name, names, 'There are'))

  const [first, second, third] = steps as [Step, Step?, Step?]
  if (first.name !== 'vars' && first.name !== 'stages') {
    const message = `\`--set\` changes \`vars\` and \`stages\`; found \`${first.name}\`.`
    return unknown('set-path', 0, message, ['vars', 'stages'])
  }
  if (!second)
    return fail(
      'set-path',
      first,
      `\`${first.name}\` cannot be set as a whole.`,
      `Name what to set: \`${first.name}.name=…\`.`,
    )
  const stages = root.entries.get('stages')?.value
  if (first.name === 'stages') {
    // Stages that are no map are reported where they are written.
    if (stages?.kind !== 'map') return false
    if (!stages.entries.has(second.name)) {
      return unknown('unknown-stage', 1, `There is no stage \`${second.name}\`.`, stages.entries.keys())
    }
    if (!third) {
      const hint = `Name one of its fields: \`${path(2)}.with.…=…\`.`
      return fail('set-path', second, 'A stage cannot be set as a whole.', hint)
    }
    if (!stageFields.some(field => field === third.name)) {
      return unknown('unknown-key', 2, `\`${third.name}\` is not a key of a stage.`, stageFields)
    }
  }

  let parent: Node | undefined = root
  for (const [depth, step] of steps.entries()) {
    // What lies under a reference is known only once that is resolved.
    if (!parent || isReference(parent)) return true
    if (parent.kind === 'map') {
      const entry: Entry | undefined = parent.entries.get(step.name)
      if (!entry && first.name === 'vars' && !parent.under) {
        return unknown('unknown-variable', depth, `\`${path(depth + 1)}\` is not defined.`, parent.entries.keys())
      }
      parent = entry?.value
    } else if (parent.kind === 'list' || parent.value !== null) {
      const message = `\`${path(depth)}\` is ${describe(plainOf(parent))}, so nothing inside it can be set.`
      return fail('set-path', step, message, `Set it as a whole: \`${path(depth)}=…\`.`)
    }
  }
  return true
}
