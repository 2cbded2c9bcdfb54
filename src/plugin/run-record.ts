import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Static, Type } from 'typebox'
import { type ArtifactKind, defineArtifact, type Json } from './artifact.ts'
import { RUN_RECORD } from './run-record-kind.ts'

const source = Type.Object({ stage: Type.String(), port: Type.String() })
const anything = Type.Record(Type.String(), Type.Unknown())
const recordedStage = Type.Object({
  name: Type.String(),
  uses: Type.String(),
  summary: Type.String(),
  status: Type.Union([Type.Literal('ran'), Type.Literal('reused'), Type.Literal('absent')], {
    description: 'absent: it was not selected, and the cache did not hold its result.',
  }),
  key: Type.Optional(Type.String({ description: 'Of its result.' })),
  created: Type.Optional(
    Type.String({ description: 'When its result was made, perhaps by an earlier run (ISO 8601).' }),
  ),
  ms: Type.Optional(Type.Integer({ description: 'How long that took.' })),
  bytes: Type.Optional(Type.Integer()),
  inputs: Type.Record(Type.String(), source),
  after: Type.Array(Type.String(), { description: 'The stages that it waited for.' }),
  config: anything,
  machine: Type.Optional(anything),
  warnings: Type.Array(Type.String()),
  results: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()])),
})

/** What a run knows of a stage: `config` is what counts in the key, and so holds no place on this machine. */
export type RecordedStage = Readonly<Static<typeof recordedStage>>

/** What a run knows of the stages that ended before the one which is given this. */
export interface RunRecord {
  readonly pipeline: string
  readonly stages: readonly RecordedStage[]
}

const FILE = 'run.json'

/**
 * The record of the run itself. No stage makes it: an input of this kind is filled by the run, once all stages have ended that do not
 * depend on the one that takes it. In that one's key it counts as which results they are, not as when they were made and
 * how long it took, so that an unchanged pipeline has nothing to do.
 */
export const RunRecord: ArtifactKind<RunRecord> = defineArtifact<RunRecord>({
  ...RUN_RECORD,
  schema: recordedStage,
  count: ({ stages }) => stages.length,
  write: (record, dir) => writeFile(join(dir, FILE), JSON.stringify(record)),
  read: async dir => JSON.parse(await readFile(join(dir, FILE), 'utf8')),
  records: ({ stages }) => stages as readonly unknown[] as readonly Json[],
  text: each => {
    const { name, status, ms } = each as unknown as RecordedStage
    return [name, status, ...(ms === undefined ? [] : [`${ms} ms`])].join('  ')
  },
})
