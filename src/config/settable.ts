import { describe } from '../diagnostic/describe.ts'
import type { SourceRange } from '../diagnostic/diagnostic.ts'
import { didYouMean } from '../diagnostic/nearest.ts'
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

  /** The root, and for a stage its name and its field. */
  const startIsKnown = (): boolean => {
    const [top, name, field] = steps.map(step => step.name)
    if (top !== 'vars' && top !== 'stages') {
      const message = `${by} changes \`vars\` and \`stages\`; found \`${top}\`.`
      const hint = 'Have `matrix` take the values from a variable, like `seed: ${vars.seeds}`, and set that.'
      return fail('set-path', 0, message, top === 'matrix' ? hint : choices(0, ['vars', 'stages']))
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

const nameOf = (steps: readonly Step[]): string => steps.map(({ name }) => name).join('.')
