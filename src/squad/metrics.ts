import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from 'typebox'
import { type ArtifactKind, defineArtifact, type Json } from '../plugin/artifact.ts'
import type { ScoresV1, ScoresV2 } from './score.ts'

export type Metrics = ScoresV1 | ScoresV2

const number = Type.Optional(Type.Number())
const record = Type.Object({
  exact_match: number,
  exact: number,
  f1: Type.Number({ description: 'In percent.' }),
  total: Type.Integer(),
  HasAns_exact: number,
  HasAns_f1: number,
  HasAns_total: number,
  NoAns_exact: number,
  NoAns_f1: number,
  NoAns_total: number,
  best_exact: number,
  best_exact_thresh: number,
  best_f1: number,
  best_f1_thresh: number,
  missing: Type.Array(Type.String(), { description: 'Questions without a prediction; they count as wrong.' }),
  extra: Type.Array(Type.String(), { description: 'Predictions for unknown questions; they do not count.' }),
})

/** The scores of an evaluation, under the names that the official scripts use: `exact_match` (v1.1) or `exact` (v2.0). */
export const Metrics: ArtifactKind<Metrics> = defineArtifact<Metrics>({
  kind: 'metrics',
  version: 1,
  schema: record,
  write: (value, dir) => writeFile(join(dir, 'metrics.json'), `${JSON.stringify(value, null, 2)}\n`),
  read: async dir => JSON.parse(await readFile(join(dir, 'metrics.json'), 'utf8')) as Metrics,
  *records(value) {
    yield { ...value } as Json
  },
  text: each =>
    Object.entries(each as Record<string, Json>)
      .map(([name, value]) => `${name} ${Array.isArray(value) ? value.length : value}`)
      .join('\n'),
})
