import ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { initialWeights } from '../../src/model/initial-weights.ts'
import { networkOf } from '../../src/model/networks.ts'
import { onnxModel } from '../../src/model/onnx-model.ts'
import { random } from '../../src/model/random.ts'
import { inferHere } from '../../src/training/infer-here.ts'
import { tinyConfig } from '../training/datasets.ts'

const distilbert = {
  model_type: 'distilbert',
  vocab_size: 40,
  dim: 12,
  n_layers: 2,
  n_heads: 3,
  hidden_dim: 24,
  max_position_embeddings: 32,
  initializer_range: 0.2,
}
const oneHead = { ...tinyConfig, num_attention_heads: 1, num_hidden_layers: 1 }
/** Sizes that the traces have, too. */
const awkward = { ...tinyConfig, hidden_size: 10, num_attention_heads: 5, intermediate_size: 35, vocab_size: 7 }

/** Rows of random tokens: of these lengths. */
const rowsOf = (lengths: readonly number[], vocabulary: number) => {
  const { uniform } = random(lengths.length)
  return lengths.map(length => Array.from({ length }, () => Math.floor(uniform() * vocabulary)))
}

describe.each([
  ['BERT', tinyConfig, ['input_ids', 'attention_mask', 'token_type_ids']],
  ['BERT with one head', oneHead, ['input_ids', 'attention_mask', 'token_type_ids']],
  ['BERT of awkward sizes', awkward, ['input_ids', 'attention_mask', 'token_type_ids']],
  ['DistilBERT', distilbert, ['input_ids', 'attention_mask']],
])('%s as an ONNX model', async (_, config, inputs) => {
  const weights = initialWeights(networkOf(config), config, 3)
  const session = await ort.InferenceSession.create(await onnxModel({ config, weights }))

  it('takes and gives what a model of transformers does', () => {
    expect(session.inputNames).toEqual(inputs)
    expect(session.outputNames).toEqual(['start_logits', 'end_logits'])
    const named = { type: 'int64', shape: ['batch', 'sequence'] }
    expect(session.inputMetadata).toMatchObject(inputs.map(name => ({ name, ...named })))
    expect(session.outputMetadata).toMatchObject([
      { type: 'float32', shape: ['batch', 'sequence'] },
      { type: 'float32', shape: ['batch', 'sequence'] },
    ])
  })

  it.each([
    ['a row of 3', [3]],
    ['a row of 1', [1]],
    ['a row as long as it may be', [32]],
    ['rows of one length', [9, 9]],
    ['rows with padding', [4, 17, 1, 32]],
    ['eleven rows', [3, 3, 5, 7, 2, 5, 10, 1, 4, 6, 11]],
  ])('computes the logits that the engine does: %s', async (_, lengths) => {
    const rows = rowsOf(lengths, config.vocab_size)
    const longest = Math.max(...lengths)
    const padded = (value: (id: number, at: number) => number, pad = 0) =>
      new ort.Tensor(
        'int64',
        BigInt64Array.from(
          rows.flatMap(row =>
            Array.from({ length: longest }, (_, at) => BigInt(row[at] === undefined ? pad : value(row[at], at))),
          ),
        ),
        [rows.length, longest],
      )
    const feeds = {
      input_ids: padded(id => id),
      attention_mask: padded(() => 1),
      token_type_ids: padded((_, at) => at % 2),
    }
    const found = await session.run(Object.fromEntries(inputs.map(name => [name, feeds[name as keyof typeof feeds]])))

    const offsets = new Int32Array(rows.length + 1)
    for (const [row, length] of lengths.entries()) offsets[row + 1] = offsets[row]! + length
    const column = (value: (id: number, at: number) => number) => ({
      values: Int32Array.from(rows.flatMap(row => row.map(value))),
      offsets,
      pad: 0,
    })
    const expected = await inferHere({
      config,
      weights,
      batch_size: 4,
      engine: 'reference',
      data: {
        rows: rows.length,
        ragged: { input_ids: column(id => id), input_mask: column(() => 1), segment_ids: column((_, at) => at % 2) },
        scalar: {},
        max_length: 32,
      },
    })
    let worst = 0
    rows.forEach((row, at) => {
      for (const [name, all] of [
        ['start_logits', expected.start],
        ['end_logits', expected.end],
      ] as const) {
        const logits = found[name]!.data as Float32Array
        row.forEach((_, token) => {
          worst = Math.max(worst, Math.abs(logits[at * longest + token]! - all[offsets[at]! + token]!))
        })
      }
    })
    expect(worst).toBeLessThan(1e-4)
  })
})
