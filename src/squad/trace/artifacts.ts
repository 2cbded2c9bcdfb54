import type { KeptResult } from '../../plugin/stage-command.ts'
import { Examples } from '../examples.ts'
import { Pieces } from '../pieces.ts'
import { Predictions } from '../predictions.ts'
import { TrainingSet } from '../training-set.ts'
import { Windows } from '../windows.ts'

/** One output of a stage, of a kind that questions go through. */
export interface Kept {
  readonly result: KeptResult
  readonly port: string
  readonly kind: string
  /** The outputs of that sort which it was made from. */
  readonly from: readonly Kept[]
}

/** The kinds that questions go through. */
const kinds: readonly string[] = [Examples, Pieces, Windows, TrainingSet, Predictions].map(({ kind }) => kind)

/** All outputs that questions go through, each behind those that it was made from. */
export function keptArtifacts(results: readonly KeptResult[]): readonly Kept[] {
  const found: Kept[] = []
  for (const result of results) {
    const sources = Object.values(result.inputs)
    const from = found.filter(({ result: { stage }, port }) =>
      sources.some(source => source.stage === stage && source.port === port),
    )
    for (const [port, { kind }] of Object.entries(result.outputs))
      if (kinds.includes(kind)) found.push({ result, port, kind, from })
  }
  return found
}

/** Those that some output's questions go through, itself first, in order. */
export const reachedFrom = (first: Kept, all: readonly Kept[]): readonly Kept[] => {
  const reached = new Set([first])
  for (const each of all) if (each.from.some(source => reached.has(source))) reached.add(each)
  return all.filter(each => reached.has(each))
}

/** The nearest output of a kind that something was made from. */
export const sourceOf = (kept: Kept, kind: string): Kept | undefined =>
  kept.from.find(each => each.kind === kind) ??
  kept.from.map(each => sourceOf(each, kind)).find(each => each !== undefined)

/** Reads values, each once; undefined where the cache holds none. */
export function reader() {
  const values = new Map<Kept, Promise<unknown>>()
  return <T>(kept: Kept | undefined): Promise<T> | undefined => {
    const read = kept?.result.outputs[kept.port]?.read
    if (!kept || !read) return undefined
    const value = values.get(kept) ?? read()
    values.set(kept, value)
    return value as Promise<T>
  }
}
export type Read = ReturnType<typeof reader>
