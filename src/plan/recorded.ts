import type { After } from './order.ts'
import type { FoundStage } from './stages.ts'
import type { Wiring } from './wiring.ts'

/** By stage that takes the record of the run: the stages that are told of in it. */
export type Recorded = ReadonlyMap<string, readonly string[]>

/**
 * A record tells of all that the stage which takes it waits for anyway, and of every other stage, wherever it stands in the file, that
 * neither takes a record nor waits for one that does: what publishes a report is not in it, and two reports do not wait for
 * each other.
 */
export const recordedBy = (
  stages: readonly FoundStage[],
  wiring: ReadonlyMap<string, Wiring>,
  after: After,
): Recorded => {
  const names = stages.map(({ name }) => name)
  const takers = names.filter(name => (wiring.get(name)?.records ?? []).length > 0)
  const isApart = (name: string) => [name, ...before(name, after)].every(each => !takers.includes(each))
  return new Map(
    takers.map(taker => {
      const awaited = before(taker, after)
      return [taker, names.filter(name => name !== taker && (awaited.has(name) || isApart(name)))]
    }),
  )
}

/** What each stage waits for, with what is told of in the record that it takes. */
export const afterRecorded = (after: After, recorded: Recorded): After =>
  new Map(
    [...after].map(([name, awaited]) => {
      const told = (recorded.get(name) ?? []).filter(each => !awaited.has(each))
      const all = new Map([...awaited, ...told.map(each => [each, ['stages', name]] as const)])
      return [name, new Map([...after.keys()].flatMap(each => (all.has(each) ? [[each, all.get(each)!]] : [])))]
    }),
  )

/** All that a stage waits for, through others too. */
const before = (name: string, after: After, found = new Set<string>()): Set<string> => {
  for (const each of after.get(name)?.keys() ?? []) {
    if (found.has(each)) continue
    found.add(each)
    before(each, after, found)
  }
  return found
}
