import { didYouMean } from '../diagnostic/nearest.ts'
import { rangeAt } from '../diagnostic/position.ts'
import type { Expect } from './expect.ts'
import { isSoundAxis } from './matrix.ts'
import { type Entry, isEmpty, isNull, type MapNode, type Node, type Report } from './node.ts'
import { overlay } from './overlay.ts'
import { readFrom } from './stage-entry.ts'

/** What a profile may change of a stage. */
const changeable = ['with', 'from'] as const

/**
 * Lays the profile of this name over the document: its `vars`, its `matrix` (null takes that away, or one axis), and the
 * `with` and `from` of the stages it names.
 */
export const applyProfile = (root: MapNode, name: string, report: Report): MapNode => {
  const profiles = root.entries.get('profiles')?.value
  const known = profiles?.kind === 'map' ? profiles.entries : undefined
  const profile = known?.get(name)?.value
  if (!profile) {
    if (profiles?.broken) return root
    report({
      severity: 'error',
      code: 'unknown-profile',
      message: `There is no profile \`${name}\`.`,
      range: rangeAt({ name: '--profile', text: name }, 0, name.length),
      hint: didYouMean(name, known?.keys() ?? [], 'There are') ?? 'The pipeline file has no `profiles`.',
    })
    return root
  }
  // Whatever is wrong with its shape is reported by `checkProfile`; what is sound is applied.
  return profile.kind === 'map' ? (overlay(root, soundPart(profile, root), { profile: name }) as MapNode) : root
}

const soundPart = (profile: MapNode, root: MapNode): MapNode => {
  const entries = new Map<string, Entry>()
  const vars = profile.entries.get('vars')
  if (vars?.value.kind === 'map') entries.set('vars', vars)

  const matrix = profile.entries.get('matrix')
  if (matrix && isNull(matrix.value)) entries.set('matrix', matrix)
  if (matrix?.value.kind === 'map') {
    const sound = [...matrix.value.entries].filter(([, { value }]) => isSoundAxis(value))
    entries.set('matrix', { key: matrix.key, value: { ...matrix.value, entries: new Map(sound) } })
  }

  const stages = profile.entries.get('stages')
  const known = root.entries.get('stages')?.value
  if (stages?.value.kind === 'map' && known?.kind === 'map') {
    const changed = new Map<string, Entry>()
    for (const [stage, { key, value }] of stages.value.entries) {
      if (value.kind !== 'map' || !known.entries.has(stage)) continue
      const fields = [...value.entries].filter(([field]) => changeable.some(each => each === field))
      if (fields.length > 0) changed.set(stage, { key, value: { ...value, entries: new Map(fields) } })
    }
    entries.set('stages', { key: stages.key, value: { ...stages.value, entries: changed } })
  }
  return { ...profile, entries }
}

/**
 * Checks the form of one profile, chosen or not, and says its description. `stages` are those of the document, where they
 * could be read.
 */
export const checkProfile = (
  name: string,
  profile: Node,
  stages: MapNode['entries'] | undefined,
  expect: Expect,
): string | undefined => {
  const fields = expect.map(profile, `Profile \`${name}\` must be a map`)
  if (!fields) return undefined
  const otherwise = 'A profile has the keys `vars`, `matrix`, `stages` and `description`.'
  expect.keys(fields, ['vars', 'matrix', 'stages', 'description'], `profile \`${name}\``, otherwise)
  const description = expect.text(fields.get('description')?.value, `\`description\` of profile \`${name}\``)
  expect.map(fields.get('vars')?.value, `\`vars\` of profile \`${name}\` must be a map`)

  const matrix = expect.map(fields.get('matrix')?.value, `\`matrix\` of profile \`${name}\` must be a map, or null`)
  for (const [axis, { value }] of matrix ?? []) {
    // A list is looked into where it counts: in the document, once the profile is chosen.
    if (isSoundAxis(value)) continue
    const what = `\`${axis}\` in \`matrix\` of profile \`${name}\``
    const hint = 'Write values like `[1, 2, 3]`, or `null` to take the axis away.'
    if (isEmpty(value)) expect.fail('empty-axis', `${what} has no values.`, value.range, hint)
    else expect.refuse(value, `${what} must be a list of values, or null`, hint)
  }

  const changes = expect.map(fields.get('stages')?.value, `\`stages\` of profile \`${name}\` must be a map`)
  for (const [stage, { key, value }] of changes ?? []) {
    if (stages && !stages.has(stage)) {
      const hint = didYouMean(stage, stages.keys(), 'There are')
      expect.fail('unknown-stage', `Profile \`${name}\` changes \`${stage}\`, which is not a stage.`, key, hint)
      continue
    }
    const inside = expect.map(
      value,
      `Stage \`${stage}\` of profile \`${name}\` must be a map with the keys \`with\` and \`from\``,
    )
    if (!inside) continue
    const what = `stage \`${stage}\` of profile \`${name}\``
    expect.keys(inside, changeable, what, 'A profile changes only the `with` and the `from` of a stage.')
    expect.map(inside.get('with')?.value, `\`with\` of ${what} must be a map`)
    readFrom(inside.get('from')?.value, what, expect)
  }
  return description
}
