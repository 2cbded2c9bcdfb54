import { describe } from '../diagnostic/describe.ts'
import type { SourceRange } from '../diagnostic/diagnostic.ts'
import { didYouMean, nearest } from '../diagnostic/nearest.ts'
import { isEmpty, type MapNode, type Node, plainOf, type Report } from './node.ts'
import { isReference } from './overlay.ts'
import { stageFields } from './stage-entry.ts'

/** One name of a path such as `stages.train.with.learning_rate`. */
export interface Step {
  readonly name: string
  readonly range: SourceRange
}

/** Whether `--set`, or a matrix, may change what is at this path; reports why not. */
export const isSettable = (
  root: MapNode,
  steps: readonly Step[],
  report: Report,
  by: '`--set`' | '`matrix`' = '`--set`',
): boolean => {
  const fail = (code: string, depth: number, message: string, hint?: string): false => {
    report({ severity: 'error', code, message, range: steps[depth]!.range, ...(hint !== undefined && { hint }) })
    return false
  }
  const path = (depth: number) => nameOf(steps.slice(0, depth))
  const example = (name: string) => (by === '`--set`' ? `\`${name}=…\`` : `\`${name}\``)
  const choices = (depth: number, names: Iterable<string>) => didYouMean(steps[depth]!.name, names, 'There are')

  /** What somebody who left out the start of a path may have meant: as the file has it, or how such a path looks. */
  const whole = (): string => {
    const paths = wholePaths(
      root,
      steps.map(({ name }) => name),
    )
    if (paths.length > 0) return `Write the whole path: ${paths.map(example).join(' or ')}.`
    return `Write the whole path: ${example(`stages.NAME.with.${path(steps.length)}`)}, with the name of the stage.`
  }

  /** The root, and for a stage its name and its field. */
  const startIsKnown = (): boolean => {
    const [top, name, field] = steps.map(step => step.name)
    if (top !== 'vars' && top !== 'stages') {
      const message = `${by} changes \`vars\` and \`stages\`; found \`${top}\`.`
      const hint = 'Have `matrix` take the values from a variable, like `seed: ${vars.seeds}`, and set that.'
      if (top === 'matrix') return fail('set-path', 0, message, hint)
      return fail(
        'set-path',
        0,
        message,
        nearest(top ?? '', ['vars', 'stages']) ? choices(0, ['vars', 'stages']) : whole(),
      )
    }
    if (name === undefined) {
      return fail('set-path', 0, `\`${top}\` cannot be set as a whole.`, `Name what to set: ${example(`${top}.name`)}.`)
    }
    const known = root.entries.get(top)?.value
    if (top === 'vars') {
      if (known && !isEmpty(known)) return true
      return fail('unknown-variable', 1, `\`${path(2)}\` is not defined.`, 'The pipeline file has no `vars`.')
    }
    // Stages that are no map are reported where they are written.
    if (known?.kind !== 'map') return false
    if (!known.entries.has(name)) {
      return fail('unknown-stage', 1, `There is no stage \`${name}\`.`, choices(1, known.entries.keys()))
    }
    if (field === undefined) {
      const hint = `Name one of its fields: ${example(`${path(2)}.with.…`)}.`
      return fail('set-path', 1, 'A stage cannot be set as a whole.', hint)
    }
    if (stageFields.some(each => each === field)) return true
    return fail('unknown-key', 2, `\`${field}\` is not a key of a stage.`, choices(2, stageFields))
  }

  /** Every step leads into a map, or to something that is not there yet; a variable must be there. */
  const wayIsOpen = (): boolean => {
    let parent: Node | undefined = root
    for (const [depth, { name }] of steps.entries()) {
      // What lies under a reference is known only once that is resolved.
      if (!parent || parent.broken || isEmpty(parent) || isReference(parent)) return true
      if (parent.kind !== 'map') {
        const message = `\`${path(depth)}\` is ${describe(plainOf(parent))}, so nothing inside it can be set.`
        return fail('set-path', depth, message, `Set it as a whole: ${example(path(depth))}.`)
      }
      const child: Node | undefined = parent.entries.get(name)?.value
      if (!child && steps[0]?.name === 'vars' && !parent.under) {
        const hint = choices(depth, parent.entries.keys())
        return fail('unknown-variable', depth, `\`${path(depth + 1)}\` is not defined.`, hint)
      }
      parent = child
    }
    return true
  }

  return startIsKnown() && wayIsOpen()
}

/** The paths of this file that end so: a variable, a parameter of a stage that is named, one that a stage has written. */
const wholePaths = (root: MapNode, names: readonly string[]): string[] => {
  const inMap = (node: Node | undefined, name = ''): Node | undefined =>
    node?.kind === 'map' ? node.entries.get(name)?.value : undefined
  const [first, ...rest] = names
  const stages = root.entries.get('stages')?.value
  const parameter = (rest[0] === 'with' ? rest.slice(1) : rest).join('.')
  return [
    ...(inMap(root.entries.get('vars')?.value, first) ? [`vars.${names.join('.')}`] : []),
    ...(inMap(stages, first) && parameter !== '' ? [`stages.${first}.with.${parameter}`] : []),
    ...(stages?.kind === 'map' ? [...stages.entries] : [])
      .filter(([, { value }]) => inMap(inMap(value, 'with'), first))
      .map(([stage]) => `stages.${stage}.with.${names.join('.')}`),
  ]
}

const nameOf = (steps: readonly Step[]): string => steps.map(({ name }) => name).join('.')
