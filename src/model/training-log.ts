import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Static, Type } from 'typebox'
import { type ArtifactKind, defineArtifact, type Json } from '../plugin/artifact.ts'

const number = Type.Optional(Type.Number())
const record = Type.Object(
  {
    step: Type.Integer({ description: 'The optimizer step after which this was so.' }),
    epoch: Type.Number({ description: 'Epochs done by then, and the part of the next one.' }),
    loss: Type.Optional(Type.Number({ description: "Mean over the step's batches." })),
    learning_rate: number,
    grad_norm: Type.Optional(Type.Number({ description: 'Before clipping.' })),
  },
  { additionalProperties: Type.Number({ description: 'A score of an evaluation: `eval_exact_match`, `eval_f1` …' }) },
)

/** An optimizer step (`loss`, `learning_rate`, `grad_norm`), or an evaluation after one (`eval_…`). */
export type LogRecord = Readonly<Static<typeof record>> & { readonly [score: string]: number }

/** Of a whole training, in the order in which it happened, whichever runs it took. Nothing in it is a time or a speed. */
export type TrainingLog = readonly LogRecord[]

/** The log's file, in a result and in a checkpoint. */
export const TRAINING_LOG = 'training_log.jsonl'

/** Every optimizer step of a training and every evaluation, under the names that `transformers` has for them. */
export const TrainingLog: ArtifactKind<TrainingLog> = defineArtifact<TrainingLog>({
  kind: 'training-log',
  version: 1,
  schema: record,
  count: log => log.length,
  write: (log, dir) => writeFile(join(dir, TRAINING_LOG), logText(log)),
  read: async dir => parseLog(await readFile(join(dir, TRAINING_LOG), 'utf8')),
  records: log => log as readonly Json[],
  text: each =>
    Object.entries(each as LogRecord)
      .map(([name, value]) => `${name} ${Number(value.toPrecision(6))}`)
      .join('  '),
})

/** A record a line. */
export const logText = (log: TrainingLog): string => log.map(each => `${JSON.stringify(each)}\n`).join('')

export const parseLog = (text: string): LogRecord[] => {
  const lines = text.split('\n').slice(0, -1)
  return lines.map(line => JSON.parse(line))
}
