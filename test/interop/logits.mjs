// Prints, as JSON, what the built package makes of a saved model folder: token ids of some texts, and the logits of random
// rows. usage: node test/interop/logits.mjs FOLDER
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { readModelFolder } from 'sluice/model'
import { declaredCase, parseVocabulary, readText, wordPieces } from 'sluice/squad'
import { infer } from 'sluice/training'

const folder = resolve(process.argv[2])
const files = path =>
  stat(path).then(
    () => path,
    () => undefined,
  )
const { config, weights } = await readModelFolder(folder, files, message => process.stderr.write(`${message}\n`))
const { ids } = parseVocabulary(await readText(join(folder, 'vocab.txt')))
const { do_lower_case } = declaredCase(await readText(join(folder, 'tokenizer_config.json')))

const texts = [
  'Who opened the old tower?',
  'Café au lait, 1895 – naïve résumé!',
  '東京 tower [MASK] unaffable',
  'a'.repeat(120),
]
const encode = wordPieces(ids, do_lower_case)

// Rows of 5, 9, 13 … tokens with a question segment and a document segment, ids spread over the vocabulary.
const lengths = Array.from({ length: 12 }, (_, row) => Math.min(5 + 4 * row, config.max_position_embeddings))
const rows = lengths.map((length, row) => ({
  input_ids: Array.from({ length }, (_, at) => (7919 * (row + 1) * (at + 3)) % config.vocab_size),
  segment_ids: Array.from({ length }, (_, at) => (at < length / 3 ? 0 : 1)),
}))
const offsets = Int32Array.from([0, ...lengths.map((_, row) => lengths.slice(0, row + 1).reduce((a, b) => a + b, 0))])
const ragged = values => ({ values: Int32Array.from(values), offsets, pad: 0 })
const data = {
  rows: rows.length,
  ragged: {
    input_ids: ragged(rows.flatMap(row => row.input_ids)),
    input_mask: ragged(rows.flatMap(row => row.input_ids.map(() => 1))),
    segment_ids: ragged(rows.flatMap(row => row.segment_ids)),
  },
  scalar: {},
  max_length: Math.max(...lengths),
}
const { start, end } = await infer({ config, weights, data, batch_size: 5, engine: process.argv[3] ?? 'auto' })
const cut = (logits, row) => [...logits.subarray(offsets[row], offsets[row + 1])]
process.stdout.write(
  JSON.stringify({
    texts: texts.map(text => ({ text, ids: encode(text) })),
    rows: rows.map((row, at) => ({ ...row, start: cut(start, at), end: cut(end, at) })),
  }),
)
