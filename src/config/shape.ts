import { nearest } from '../diagnostic/nearest.ts'
import type { StageEntry } from './document.ts'
import { createExpect } from './expect.ts'
import { type Matrix, readMatrix } from './matrix.ts'
import { isEmpty, type Node, type Report } from './node.ts'
import { checkProfile } from './profile.ts'
import { readStage } from './stage-entry.ts'

const fields = ['name', 'description', 'vars', 'profiles', 'matrix', 'stages'] as const
const noMatrix: Matrix = { axes: [], strange: [], sound: true }

export interface Shape {
  readonly name: string | undefined
  /** Undefined where `stages` is no map. */
  readonly stages: readonly StageEntry[] | undefined
  /** Their descriptions, by name. */
  readonly profiles: Readonly<Record<string, string | undefined>>
  readonly matrix: Matrix
  /** The values of a wrong type; the stages are without them. */
  readonly wrong: ReadonlySet<Node>
}

/** Checks the form of a pipeline document (the parameters of its stages are their own schemas' business) and reads it. */
export const checkShape = (root: Node, report: Report): Shape => {
  const wrong = new Set<Node>()
  const expect = createExpect(report, wrong)
  const example = 'Write `stages:`, then a line such as `read: { with: { … } }` for each.'
  const start = { ...root.range, end: root.range.start }

  if (isEmpty(root)) {
    expect.fail('missing-stages', 'The pipeline file is empty.', start, example)
    return { name: undefined, stages: undefined, profiles: {}, matrix: noMatrix, wrong }
  }
  const top = expect.map(root, 'A pipeline file must be a map with the key `stages`', example)
  if (!top) return { name: undefined, stages: undefined, profiles: {}, matrix: noMatrix, wrong }

  const known = fields.map(field => `\`${field}\``).join(', ')
  expect.keys(top, fields, 'a pipeline file', `A pipeline file has the keys ${known}.`)
  const name = expect.text(top.get('name')?.value, '`name`')
  expect.text(top.get('description')?.value, '`description`')
  expect.map(top.get('vars')?.value, '`vars` must be a map from names to values')

  const written = top.get('stages')
  const stages = written && expect.map(written.value, '`stages` must be a map from names to stages', example)
  if (stages?.size === 0) expect.fail('missing-stages', '`stages` is empty.', written!.key, example)
  // A misspelt `stages` has been reported as that.
  else if (!written && ![...top.keys()].some(key => nearest(key, fields) === 'stages')) {
    expect.fail('missing-stages', 'The pipeline file has no `stages`.', start, example)
  }

  const profiles = expect.map(top.get('profiles')?.value, '`profiles` must be a map from names to profiles') ?? []
  const described = [...profiles].map(
    ([profile, { value }]) => [profile, checkProfile(profile, value, stages, expect)] as const,
  )
  return {
    name,
    stages: stages && [...stages].map(([key, entry]) => readStage(key, entry, expect)),
    profiles: Object.fromEntries(described),
    matrix: root.kind === 'map' ? readMatrix(top.get('matrix')?.value, { root, expect, report }) : noMatrix,
    wrong,
  }
}
