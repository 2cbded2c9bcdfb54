import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { initialWeights } from '../../src/model/initial-weights.ts'
import type { Weight, Weights } from '../../src/model/model.types.ts'
import { networkOf } from '../../src/model/networks.ts'
import { readPretrained } from '../../src/model/pretrained.ts'
import { writeSafetensors } from '../../src/model/safetensors-write.ts'

const folder = mkdtempSync(join(tmpdir(), 'pretrained-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'model.safetensors')

const config = {
  model_type: 'bert',
  vocab_size: 5,
  hidden_size: 4,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 8,
  max_position_embeddings: 6,
}
const network = networkOf(config)
const whole = initialWeights(network, config, 1)
const one: Weight = { shape: [1], data: Float32Array.of(1) }

const renamed = (weights: Weights, change: (name: string) => string | undefined): Weights =>
  new Map(
    [...weights].flatMap(([name, weight]) => {
      const to = change(name)
      return to === undefined ? [] : [[to, weight] as const]
    }),
  )
const withoutHead = renamed(whole, name => (name.startsWith('qa_outputs') ? undefined : name))

async function read(weights: Weights, seed: number | undefined = 7) {
  await writeSafetensors(path, weights)
  const said: string[] = []
  const options = { say: (message: string) => said.push(message) }
  const read = await readPretrained({ network, config }, path, seed === undefined ? options : { ...options, seed })
  return { read, said }
}

describe('reading weights into a network', () => {
  it.each<[string, Weights, string[]]>([
    ['the names of transformers', whole, []],
    ['names without the prefix', renamed(whole, name => name.replace(/^bert\./, '')), []],
    [
      'the LayerNorm names of the first checkpoints',
      renamed(whole, name =>
        name.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta'),
      ),
      [],
    ],
    [
      'extras',
      new Map([...whole, ['bert.pooler.dense.bias', one], ['bert.embeddings.position_ids', one]]),
      [
        'model.safetensors: ignored 2 tensors that BertForQuestionAnswering does not have: bert.embeddings.position_ids, bert.pooler.dense.bias',
      ],
    ],
    [
      'one extra',
      new Map([...whole, ['cls.predictions.bias', one]]),
      ['model.safetensors: ignored 1 tensor that BertForQuestionAnswering does not have: cls.predictions.bias'],
    ],
  ])('knows %s', async (_, weights, expected) => {
    const { read: found, said } = await read(weights)
    expect(found).toEqual(whole)
    expect(said).toEqual(expected)
  })

  it('initialises a missing head from the seed', async () => {
    const { read: found, said } = await read(withoutHead)
    expect(found.get('qa_outputs.weight')).toEqual(initialWeights(network, config, 7).get('qa_outputs.weight'))
    expect(found.get('qa_outputs.weight')).not.toEqual(whole.get('qa_outputs.weight'))
    expect(said).toEqual([
      'model.safetensors: initialised from seed 7, because the file lacks them: qa_outputs.weight, qa_outputs.bias',
    ])
  })

  it.each<[string, () => Promise<unknown>, object]>([
    [
      'a missing weight',
      () => read(renamed(whole, name => (name.includes('.value.') ? undefined : name))),
      {
        code: 'weights-not-matching',
        message:
          'Expected the 23 weights of BertForQuestionAnswering; 2 of them are missing: bert.encoder.layer.0.attention.self.value.weight, bert.encoder.layer.0.attention.self.value.bias. The file has bert.embeddings.LayerNorm.bias, bert.embeddings.LayerNorm.weight, bert.embeddings.position_embeddings.weight, bert.embeddings.token_type_embeddings.weight, bert.embeddings.word_embeddings.weight and 16 more.',
        hint: 'Check that config.json and the weights belong to one model.',
      },
    ],
    [
      'a missing head where it is needed',
      async () => {
        await writeSafetensors(path, withoutHead)
        return readPretrained({ network, config }, path, { say() {} })
      },
      {
        code: 'weights-not-matching',
        message:
          'Expected the 23 weights of BertForQuestionAnswering; 2 of them are missing: qa_outputs.weight, qa_outputs.bias. The file has bert.embeddings.LayerNorm.bias, bert.embeddings.LayerNorm.weight, bert.embeddings.position_embeddings.weight, bert.embeddings.token_type_embeddings.weight, bert.embeddings.word_embeddings.weight and 16 more.',
        hint: 'The model has not been trained for question answering: train it first.',
      },
    ],
    [
      'a wrong shape',
      () =>
        read(
          new Map([...whole, ['bert.embeddings.word_embeddings.weight', { shape: [1, 4], data: new Float32Array(4) }]]),
        ),
      {
        code: 'weights-shape',
        message:
          'Expected the tensor `bert.embeddings.word_embeddings.weight` in shape [5, 4], as config.json has it; found [1, 4].',
        hint: 'Check that config.json and the weights belong to one model.',
      },
    ],
  ])('refuses %s', async (_, reading, problem) => {
    await expect(reading()).rejects.toMatchObject({ problem: { ...problem, file: path } })
  })
})
