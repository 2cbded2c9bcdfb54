import type { StageEntry } from './document.ts'
import type { Expect } from './expect.ts'
import { type Entry, isEmpty, isNull, type Node, plainOf } from './node.ts'
import { readResources } from './stage-resources.ts'

export const stageFields = ['uses', 'with', 'from', 'needs', 'resources', 'description'] as const

const stageName = /^[A-Za-z0-9_-]+$/
const sourceName = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)?$/

/** Checks one entry of `stages` and reads it; what is wrong in it is left out. */
export const readStage = (name: string, { key, value }: Entry, expect: Expect): StageEntry => {
  if (!stageName.test(name)) {
    const message = `A stage's name has only letters, digits, \`-\` and \`_\`; found \`${name}\`.`
    expect.fail('stage-name', message, key, 'Rename the stage; `uses` says which stage it is.')
  }
  const fields = expect.map(
    value,
    `Stage \`${name}\` must be a map with keys such as \`uses\` and \`with\``,
    `Write \`${name}: { with: { … } }\`, or \`${name}: {}\` where it has no parameters.`,
  )
  const node = (field: (typeof stageFields)[number]) => fields?.get(field)?.value
  expect.keys(
    fields ?? new Map(),
    stageFields,
    `stage \`${name}\``,
    'A stage has the keys `uses`, `with`, `from`, `needs`, `resources` and `description`; its parameters stand under `with`.',
  )
  expect.text(node('description'), `\`description\` of stage \`${name}\``)
  const resources = readResources(node('resources'), name, expect)
  return {
    name,
    uses: expect.text(node('uses'), `\`uses\` of stage \`${name}\``) ?? name,
    with: readWith(node('with'), name, expect),
    from: readFrom(node('from'), `stage \`${name}\``, expect),
    needs: readNeeds(node('needs'), name, expect),
    ...(resources && { resources }),
  }
}

const readWith = (node: Node | undefined, stage: string, expect: Expect): StageEntry['with'] => {
  const entries = expect.map(node, `\`with\` of stage \`${stage}\` must be a map of its parameters`) ?? []
  return Object.fromEntries([...entries].map(([key, { value }]) => [key, plainOf(value)]))
}

/** Reads the `from` of a stage, which `of` names. */
export const readFrom = (node: Node | undefined, of: string, expect: Expect): StageEntry['from'] => {
  const what = `\`from\` of ${of}`
  const form = "a stage's name, or a map from input ports to such names"
  if (node?.kind === 'scalar' && !isEmpty(node)) {
    const all = readSource(node, what, form, expect)
    return all === undefined ? {} : { '*': all }
  }
  const from: [string, string | null][] = []
  for (const [port, { value }] of expect.map(node, `${what} must be ${form}`) ?? []) {
    const source = isNull(value) ? null : readSource(value, `\`${port}\` in ${what}`, "a stage's name", expect)
    if (source !== undefined) from.push([port, source])
  }
  return Object.fromEntries(from)
}

const readSource = (node: Node, what: string, form: string, expect: Expect): string | undefined => {
  const hint = 'Write `stage` or `stage.port`, or `null` to leave an optional input open.'
  const text = expect.text(node, what, form, hint)
  return text === undefined || sourceName.test(text) ? text : expect.refuse(node, `${what} must be ${form}`, hint)
}

const readNeeds = (node: Node | undefined, stage: string, expect: Expect): StageEntry['needs'] => {
  if (!node || isEmpty(node)) return []
  const what = `\`needs\` of stage \`${stage}\``
  if (node.kind === 'list') {
    const names = node.items.map(item => expect.text(item, `An entry in ${what}`, "a stage's name"))
    return names.filter(name => name !== undefined)
  }
  const hint = node.kind === 'scalar' ? `Write \`needs: [${node.text}]\`.` : undefined
  expect.refuse(node, `${what} must be a list of stage names`, hint)
  return []
}
