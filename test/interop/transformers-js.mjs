// Prints, as JSON, what transformers.js makes of an exported folder: token ids of pairs of question and context, padded to
// one length, and their logits. usage: node test/interop/transformers-js.mjs FOLDER PAIRS-AS-JSON
import { basename, dirname, resolve } from 'node:path'
import { AutoModelForQuestionAnswering, AutoTokenizer, env } from '@huggingface/transformers'

const folder = resolve(process.argv[2])
const pairs = JSON.parse(process.argv[3])
env.allowRemoteModels = false
env.localModelPath = dirname(folder)
const tokenizer = await AutoTokenizer.from_pretrained(basename(folder))
const model = await AutoModelForQuestionAnswering.from_pretrained(basename(folder), { dtype: 'fp32' })
const inputs = tokenizer(
  pairs.map(([question]) => question),
  { text_pair: pairs.map(([, context]) => context), padding: true, truncation: true },
)
const { start_logits, end_logits } = await model(inputs)
const rows = (/** @type {import('@huggingface/transformers').Tensor} */ tensor) =>
  tensor.tolist().map(row => row.map(Number))
process.stdout.write(
  JSON.stringify({
    input_ids: rows(inputs.input_ids),
    attention_mask: rows(inputs.attention_mask),
    start: rows(start_logits),
    end: rows(end_logits),
  }),
)
