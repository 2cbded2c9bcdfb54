import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parseVocabulary, wordPieces } from 'sluice/squad'
import { testStage } from 'sluice/testing'
import { afterAll, expect, test } from 'vitest'
import { initialWeights } from '../../src/model/initial-weights.ts'
import { networkOf } from '../../src/model/networks.ts'
import { inferHere } from '../../src/training/infer-here.ts'
import exportStage from '../../stages/export.ts'
import { caseText } from '../squad/case.ts'
import { tinyConfig } from '../training/datasets.ts'

// transformers.js loads what `export` writes, cuts text into the same pieces, and computes the same logits.
const folder = mkdtempSync(join(tmpdir(), 'transformers-js-'))
afterAll(() => rmSync(folder, { recursive: true }))

const vocabulary = parseVocabulary(caseText('65-resume-gives-the-same-weights', 'm', 'vocab.txt'))
const sizes = { vocab_size: vocabulary.tokens.length, max_position_embeddings: 32 }
const distilbert = {
  model_type: 'distilbert',
  dim: 12,
  n_layers: 2,
  n_heads: 3,
  hidden_dim: 24,
  initializer_range: 0.2,
}
const pairs = [
  ['what is by it ?', 'A cat is by the house.'],
  ['who?', 'the old tower was by the house, and a cat was in it: naïve'],
] as const

test.each([
  ['BERT', { ...tinyConfig, ...sizes }],
  ['DistilBERT', { ...distilbert, ...sizes }],
])('transformers.js computes the same logits: %s', async (name, config) => {
  const weights = initialWeights(networkOf(config), config, 3)
  const output_dir = join(folder, name)
  const tokenizer = { vocab: vocabulary.tokens, do_lower_case: true }
  await testStage(exportStage, { config: { output_dir }, inputs: { model: { config, weights, tokenizer } } })
  const script = fileURLToPath(new URL('transformers-js.mjs', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [script, output_dir, JSON.stringify(pairs)])
  const theirs = JSON.parse(stdout) as Record<'input_ids' | 'attention_mask' | 'start' | 'end', number[][]>

  const [cls, sep] = [vocabulary.ids.get('[CLS]')!, vocabulary.ids.get('[SEP]')!]
  const cut = wordPieces(vocabulary.ids, true)
  const rows = pairs.map(([question, context]) => [cls, ...cut(question), sep, ...cut(context), sep])
  const real = (row: readonly number[], at: number) => row.slice(0, rows[at]!.length)
  expect(theirs.input_ids.map(real)).toEqual(rows)
  expect(theirs.attention_mask.map(row => row.reduce((sum, each) => sum + each))).toEqual(rows.map(row => row.length))

  const offsets = Int32Array.of(0, rows[0]!.length, rows[0]!.length + rows[1]!.length)
  const column = (value: (row: readonly number[], at: number) => number) => ({
    values: Int32Array.from(rows.flatMap(row => row.map((_, at) => value(row, at)))),
    offsets,
    pad: 0,
  })
  const ours = await inferHere({
    config,
    weights,
    batch_size: 2,
    engine: 'reference',
    data: {
      rows: 2,
      ragged: {
        input_ids: column((row, at) => row[at]!),
        input_mask: column(() => 1),
        segment_ids: column((row, at) => (at > row.indexOf(sep) ? 1 : 0)),
      },
      scalar: {},
      max_length: 32,
    },
  })
  const difference = (all: readonly number[][], expected: Float32Array) =>
    Math.max(...all.flatMap(real).map((logit, at) => Math.abs(logit - expected[at]!)))
  expect(difference(theirs.start, ours.start)).toBeLessThan(1e-4)
  expect(difference(theirs.end, ours.end)).toBeLessThan(1e-4)
})
