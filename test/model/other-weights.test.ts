import { describe, expect, it } from 'vitest'
import { otherWeights } from '../../src/model/other-weights.ts'

// (The lines that are given are in test/stages/train.test.ts.)

const old = (framework: string) => `with \`pip install "transformers<5" torch ${framework}\``
const saveFile = '`safetensors.torch.save_file`'
const rows: readonly (readonly [string, string])[] = [
  [
    'pytorch_model.bin',
    `Convert it: in Python, read with \`torch.load(…, weights_only=True)\` and write with ${saveFile}.`,
  ],
  [
    'model.safetensors.index.json',
    `Join them: in Python, read with \`safetensors.torch.load_file\` and write with ${saveFile}.`,
  ],
  [
    'bert_model.ckpt.index',
    `Convert it, ${old('tensorflow')}: in Python, read with \`transformers.load_tf_weights_in_bert\` and write with \`save_pretrained\`.`,
  ],
  [
    'tf_model.h5',
    `Convert them, ${old('tensorflow')}: in Python, read with \`from_pretrained(…, from_tf=True)\` and write with \`save_pretrained\`.`,
  ],
  [
    'flax_model.msgpack',
    `Convert them, ${old('flax')}: in Python, read with \`from_pretrained(…, from_flax=True)\` and write with \`save_pretrained\`.`,
  ],
]

describe('a name that a shell or Python could take for more gets into no line to paste', () => {
  it.each(rows)('%s in such a folder', (name, hint) => {
    for (const folder of ["/it's", '/$(touch x)', '/`x`', '/a"b', '/a\\b', '/a\nb'])
      expect(otherWeights(folder, [name])?.hint).toBe(hint)
  })

  it('such a file', () => {
    const [, hint] = rows[0]!
    for (const name of [`'); import os #.bin`, '"; touch x; ".bin', '$(touch x).pt', '`x`.pth'])
      expect(otherWeights('/m', [name])?.hint).toBe(hint)
  })
})
