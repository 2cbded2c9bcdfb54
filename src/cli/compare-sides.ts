import type { Entry } from '../cache/draft.ts'
import type { Plan, PlannedStage } from '../plan/plan.ts'
import type { Json } from '../plugin/artifact.ts'
import { leaves } from '../runner/changes.ts'
import type { Operand } from './command.ts'
import type { CompareRecord } from './compare-record.ts'
import type { Kept } from './kept-results.ts'

/** One of the two runs that are compared. */
export interface Side {
  readonly operand: Operand
  readonly plan: Plan
  readonly kept: readonly Kept[]
}

export const keptOf = ({ kept }: Side, stage: string): Kept | undefined => kept.find(each => each.stage === stage)

/** The result of a stage as its pipeline is now. */
export const resultOf = (side: Side, stage: string): Entry | undefined => {
  const kept = keptOf(side, stage)
  return kept?.make === undefined ? kept?.entry : undefined
}

/** All stages of both, in the order of the first; those of the second alone at the end. */
export const stagesOf = (a: Side, b: Side): string[] => [
  ...new Set([...a.plan.stages, ...b.plan.stages].map(({ name }) => name)),
]

/** The parameters that differ. A stage of one side alone is one line. */
export const parametersOf = (a: Side, b: Side): CompareRecord['parameters'] =>
  stagesOf(a, b).flatMap(stage => {
    const [one, other] = [a, b].map(({ plan }) => plan.stages.find(({ name }) => name === stage))
    if (!one || !other) return [{ stage, name: '', ...(one && { a: one.uses }), ...(other && { b: other.uses }) }]
    const [before, after] = [valuesOf(one), valuesOf(other)]
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return names
      .filter(name => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
      .map(name => ({
        stage,
        name,
        ...(name in before && { a: before[name] }),
        ...(name in after && { b: after[name] }),
      }))
  })

const valuesOf = ({ uses, config, machine, inputs }: PlannedStage): Readonly<Record<string, Json>> => ({
  ...leaves({ uses, from: inputs as unknown as Json, machine: machine ?? {} }),
  ...leaves(config),
})

/** What each stage reported, and the numbers of its results that are one record, where both have them or one does. */
export const numbersOf = async (a: Side, b: Side): Promise<CompareRecord['numbers']> => {
  const rows: CompareRecord['numbers'] = []
  for (const stage of stagesOf(a, b)) {
    const [one, other] = await Promise.all([a, b].map(side => numbersIn(side, stage)))
    for (const name of new Set([...one!.keys(), ...other!.keys()])) {
      const [before, after] = [one!.get(name), other!.get(name)]
      rows.push({
        stage,
        name,
        ...(before !== undefined && { a: before }),
        ...(after !== undefined && { b: after }),
        ...(before !== undefined && after !== undefined && { difference: after - before }),
      })
    }
  }
  return rows
}

/** Larger results are no record of numbers. */
const largest = 64_000

const numbersIn = async (side: Side, stage: string): Promise<ReadonlyMap<string, number>> => {
  const entry = resultOf(side, stage)
  const numbers = new Map<string, number>()
  if (!entry) return numbers
  for (const said of entry.manifest.said)
    if (said.say === 'result' && typeof said.value === 'number') numbers.set(said.name, said.value)
  const outputs = side.plan.stages.find(({ name }) => name === stage)?.definition.outputs ?? {}
  for (const [port, { files }] of Object.entries(entry.manifest.outputs)) {
    if (files.reduce((sum, { bytes }) => sum + bytes, 0) > largest) continue
    const record = await onlyRecord(outputs[port], await keptOf(side, stage)?.outputs[port]?.read?.())
    for (const [name, value] of Object.entries(record ?? {})) if (typeof value === 'number') numbers.set(name, value)
  }
  return numbers
}

const onlyRecord = async (
  kind: { records?(value: unknown): Iterable<Json> | AsyncIterable<Json> } | undefined,
  value: unknown,
): Promise<object | undefined> => {
  let only: Json | undefined
  for await (const record of kind?.records?.(value) ?? []) {
    if (only !== undefined) return undefined
    only = record
  }
  return typeof only === 'object' && only !== null && !Array.isArray(only) ? only : undefined
}

/** Places outside the cache that different results of both were written to: what lies there is of the one that ran last. */
export const sharedPlaces = (a: Side, b: Side): CompareRecord['shared_places'] =>
  stagesOf(a, b).flatMap(stage => {
    const [one, other] = [a, b].map(({ plan }) => plan.stages.find(({ name }) => name === stage))
    const made = resultOf(a, stage)
    if (!one || !other || (made && made.key === resultOf(b, stage)?.key)) return []
    return one.locations
      .filter(({ pointer, path, output }) => {
        // What is in no key, such as the folder of all runs' curves, has room for both.
        const counts = pointer.slice(1) in one.keyConfig
        return output && counts && other.locations.some(each => each.pointer === pointer && each.path === path)
      })
      .map(({ pointer, path }) => ({ stage, name: pointer, path }))
  })

/** How long each result took to make. */
export const timesOf = (a: Side, b: Side): CompareRecord['times'] =>
  stagesOf(a, b).flatMap(stage => {
    const [one, other] = [resultOf(a, stage), resultOf(b, stage)]
    if (!one && !other) return []
    return [
      {
        stage,
        ...(one && { a_ms: one.manifest.ms }),
        ...(other && { b_ms: other.manifest.ms }),
        same: one !== undefined && one.key === other?.key,
      },
    ]
  })
