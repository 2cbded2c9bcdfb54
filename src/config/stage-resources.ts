import type { StageEntry } from './document.ts'
import type { Expect } from './expect.ts'
import { isEmpty, type Node, plainOf } from './node.ts'

const fields = ['cpu'] as const

/** Reads what a stage takes of the machine, where the pipeline says it. */
export const readResources = (node: Node | undefined, stage: string, expect: Expect): StageEntry['resources'] => {
  if (!node) return undefined
  const what = `\`resources\` of stage \`${stage}\``
  const entries = expect.map(
    node,
    `${what} must be a map`,
    'Write `resources: { cpu: 2 }` or `resources: { cpu: all }`.',
  )
  expect.keys(entries ?? new Map(), fields, what, '`cpu` says how many cores the stage keeps busy, or `all`.')
  const cpu = entries?.get('cpu')?.value
  if (!cpu || isEmpty(cpu)) return undefined
  const value = plainOf(cpu)
  if (value === 'all' || (Number.isSafeInteger(value) && Number(value) >= 0)) return { cpu: value as number | 'all' }
  return expect.refuse(cpu, `\`cpu\` in ${what} must be a number of cores, or \`all\``)
}
