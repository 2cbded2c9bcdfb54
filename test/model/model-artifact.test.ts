import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Model as Value } from '../../src/model/model.types.ts'
import { Model } from '../../src/model/model-artifact.ts'

const folder = mkdtempSync(join(tmpdir(), 'model-'))
afterAll(() => rmSync(folder, { recursive: true }))

const model: Value = {
  config: { model_type: 'bert', max_position_embeddings: 8 },
  weights: new Map([
    ['a.weight', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 6) }],
    ['b.bias', { shape: [1], data: Float32Array.of(-0.5) }],
  ]),
  tokenizer: { vocab: ['\ufeff', '[PAD]', 'é', '\u2028', 'a\r', ''], do_lower_case: true },
}

it.each([model, { ...model, training: { global_step: 3 } }])('is read back as it was written (%#)', async value => {
  await Model.write(value, folder)
  expect(readdirSync(folder).sort()).toEqual([
    'config.json',
    'model.safetensors',
    'special_tokens_map.json',
    'tokenizer_config.json',
    'training.json',
    'vocab.txt',
  ])
  expect(await Model.read(folder)).toEqual(value)
})

it('prints a record a tensor', async () => {
  const records = [...(Model.records!(model) as Iterable<never>)]
  expect(records).toEqual([
    { name: 'a.weight', shape: [2, 2], parameters: 4, mean: 3, std: Math.sqrt(3.5), min: 1, max: 6 },
    { name: 'b.bias', shape: [1], parameters: 1, mean: -0.5, std: 0, min: -0.5, max: -0.5 },
  ])
  expect(records.map(record => Model.text!(record))).toEqual([
    'a.weight [2, 2]\n  mean 3.000  std 1.871  min 1.000  max 6.000',
    'b.bias [1]\n  mean -0.5000  std 0.000  min -0.5000  max -0.5000',
  ])
})
