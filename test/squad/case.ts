import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Examples, type Pieces, type WindowRecord, Windows } from 'sluice/squad'
import { testStage } from 'sluice/testing'
import { parse } from 'yaml'
import read from '../../stages/read.ts'
import span from '../../stages/span.ts'
import tokenize from '../../stages/tokenize.ts'

type With = Readonly<Record<string, unknown>>
type Changes = { readonly read?: With; readonly tokenize?: With; readonly span?: With }

/** Absolute path of a case, or of a file in it. */
export const casePath = (...path: readonly string[]): string =>
  join(fileURLToPath(new URL('../cases', import.meta.url)), ...path)

export const caseText = (...path: readonly string[]): string => readFileSync(casePath(...path), 'utf8')

/** What a case expects, from its `expected.json`. */
// biome-ignore lint/suspicious/noExplicitAny: every case has a shape of its own.
export const expected = (name: string): any => JSON.parse(caseText(name, 'expected.json'))

export interface CaseRun {
  readonly examples: Examples
  readonly pieces: Pieces
  readonly windows: Windows
  /** As `pipeline cat` prints them. */
  readonly records: readonly WindowRecord[]
  readonly warnings: {
    readonly read: readonly string[]
    readonly tokenize: readonly string[]
    readonly span: readonly string[]
  }
}

/** Runs a case's `pipeline.yaml` as far as its windows. `changes` are like `--set stages.….with.…`. */
export async function runCase(name: string, changes: Changes = {}): Promise<CaseRun> {
  const folder = casePath(name)
  const { stages } = parse(caseText(name, 'pipeline.yaml').replace(/^\ufeff/, ''))
  const configOf = (stage: keyof Changes) => ({ ...stages[stage]?.with, ...changes[stage] })
  const first = await testStage(read, { folder, config: configOf('read') })
  // A vocabulary that cannot be used is found before anything runs; here the run is to find it.
  const words = { config: configOf('tokenize'), inputs: first.outputs, unchecked: true } as const
  const second = await testStage(tokenize, { folder, ...words })
  const third = await testStage(span, { folder, config: configOf('span'), inputs: second.outputs })
  const { windows } = third.outputs
  return {
    examples: first.outputs.examples,
    pieces: second.outputs.pieces,
    windows,
    records: [...(Windows.records!(windows) as Iterable<WindowRecord>)],
    warnings: { read: first.warnings, tokenize: second.warnings, span: third.warnings },
  }
}

/**
 * A window of an `expected.json` with its maps as `pipeline cat` prints them: pairs may stand as an object, and the
 * tokens of most context as an object of true and false.
 */
// biome-ignore lint/suspicious/noExplicitAny: the reference programs wrote several shapes.
export const normalized = (feature: any) => ({
  ...feature,
  token_to_orig_map: pairs(feature.token_to_orig_map),
  token_is_max_context: trueOnes(feature.token_is_max_context),
})

const pairs = (map: [number, number][] | Record<string, number>): [number, number][] =>
  (Array.isArray(map) ? map : Object.entries(map).map(([at, word]): [number, number] => [Number(at), word])).sort(
    ([a], [b]) => a - b,
  )

const trueOnes = (map: number[] | Record<string, boolean>): number[] =>
  Array.isArray(map)
    ? map
    : Object.keys(map)
        .filter(at => map[at])
        .map(Number)
