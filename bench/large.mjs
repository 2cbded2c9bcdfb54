// Whether features much larger than the memory pass through read -> tokenize -> span -> cache and into training: each stage alone, in a
// process of its own that starts from the kept result of the one before, under a limit of its memory; and what it used.
// usage: npm run build && node bench/large.mjs [--features 20] [--limit 4000] [--doc_stride 128]
// `--features` is how large the features are in GB in the form in which the notebook trains on them: seven tensors of int64, every
// window padded to 384. `--limit` is in MB. The limit is RLIMIT_DATA (`prlimit --data`): all private memory that the process may
// write to, used or not, stacks of threads included. It is a real one: the kernel gives no more. What it leaves out are pages of
// files, which the kernel takes back when it needs them. Without util-linux' `prlimit` nothing is limited, and that is said.
// On two cores of an AMD EPYC, `--features 20 --limit 4000` (1,624,432 questions, 515 MB of JSON, 1,659,472 windows: 20.4 GB), private
// memory: read 1,685 MB, tokenize 2,601, span 1,226, cache 2,502, train 1,907: all pass, in 1 min. `--features 5 --limit 1000`: 592, 787,
// 418, 740 and 701, of which Node, ONNX Runtime and the thread that trains are some 250.
// A stage holds its artifact in columns (2 bytes a token, 20 to 400 bytes a question), a twelfth to an eighth of those features; what is
// larger than memory in that form does not pass.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { makeSquad } from './make-squad.mjs'
import { here, machine, printTable, scratchFolder, sharedFile } from './turns.mjs'

const { values: flags } = parseArgs({
  options: {
    features: { type: 'string', default: '20' },
    limit: { type: 'string', default: '4000' },
    doc_stride: { type: 'string', default: '128' },
    folder: { type: 'string', default: here('../out') },
  },
})
/** input_ids, input_mask, segment_ids and p_mask; cls_index, start and end. */
const bytesAWindow = 8 * (4 * 384 + 3)
const stages = ['read', 'tokenize', 'span', 'cache', 'train']

mkdirSync(flags.folder, { recursive: true })
const folder = scratchFolder('large', flags.folder)
const { data } = JSON.parse(
  gunzipSync(readFileSync(sharedFile('data/squad-train-v1.1-44-articles.json.gz'))).toString(),
)
// About one window a question at the usual doc_stride.
const questions = Math.ceil((Number(flags.features) * 1e9) / bytesAWindow)
writeFileSync(join(folder, 'train.json'), JSON.stringify(makeSquad(data, questions)))
const vocab = JSON.stringify(sharedFile('vocab/bert-base-uncased-vocab.txt'))
writeFileSync(
  join(folder, 'pipeline.yaml'),
  `name: large
stages:
  read: { with: { file: ./train.json } }
  tokenize: { with: { vocab: ${vocab}, do_lower_case: true } }
  span: { with: { doc_stride: ${flags.doc_stride} } }
  cache: {}
  train: { with: { model: ./model, init: random, train_batch_size: 2, max_steps: 5, logging_steps: 1 } }
`,
)
// A network that is small beside its input.
mkdirSync(join(folder, 'model'))
const config = {
  ...{ model_type: 'bert', vocab_size: 30522, hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 2 },
  ...{ intermediate_size: 16, max_position_embeddings: 384, type_vocab_size: 2, hidden_act: 'gelu' },
  ...{ layer_norm_eps: 1e-12, initializer_range: 0.02, hidden_dropout_prob: 0.1, attention_probs_dropout_prob: 0.1 },
}
writeFileSync(join(folder, 'model/config.json'), JSON.stringify(config))
writeFileSync(join(folder, 'model/tokenizer_config.json'), JSON.stringify({ do_lower_case: true }))
writeFileSync(join(folder, 'model/vocab.txt'), readFileSync(sharedFile('vocab/bert-base-uncased-vocab.txt')))

const limiting = spawnSync('prlimit', ['--version']).status === 0
console.log(machine())
console.log(
  limiting ? `at most ${flags.limit} MB of private memory` : 'no prlimit (util-linux) here: nothing is limited',
)
console.log(`${questions} questions, ${megabytes(statSync(join(folder, 'train.json')).size)} MB of JSON`)
let windows
const rows = []
for (const stage of stages) {
  const limited = await run(stage, limiting ? ['prlimit', `--data=${flags.limit}000000`] : [])
  // The next stage has its input in any case.
  const free = limited.code === 0 ? limited : await run(stage, [])
  if (free.code !== 0) throw new Error(`${stage} ended with ${free.code}:\n${free.text}`)
  windows ??= /([\d,]+) windows/.exec(free.text)?.[1]
  const passed = limited.code === 0 ? 'passes' : `fails: ${reasonIn(limited.text)}`
  rows.push([stage, `${free.data} MB`, `${free.resident} MB`, free.size, `${free.seconds.toFixed(0)} s`, passed])
  console.log(rows.at(-1).join('  '))
}
const features = (Number(windows.replaceAll(',', '')) * bytesAWindow) / 1e9
console.log(`\n${windows} windows: ${features.toFixed(2)} GB of features as the notebook trains on them\n`)
printTable([['stage', 'private', 'resident', 'result', 'time', ''], ...rows])

/** Runs the pipeline as far as a stage, and watches how much memory it takes. */
async function run(stage, by) {
  const args = ['run', join(folder, 'pipeline.yaml'), '--until', stage, '--cache-dir', join(folder, 'cache')]
  const [command, ...words] = [...by, process.execPath, here('../dist/cli.js'), ...args]
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] })
  const begun = performance.now()
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (text += chunk))
  let [data, resident] = [0, 0]
  const watch = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      const field = name => megabytes(1024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0))
      data = Math.max(data, field('VmData'))
      resident = Math.max(resident, field('VmHWM'))
    } catch {
      // It has ended.
    }
  }, 20)
  const code = await new Promise(resolve => child.on('close', resolve))
  clearInterval(watch)
  const size = new RegExp(`^${stage} +\\w+ .* ([\\d.]+ [kMG]?B)$`, 'm').exec(text)?.[1] ?? ''
  return { code, text, data, resident, size, seconds: (performance.now() - begun) / 1000 }
}

function megabytes(bytes) {
  return Math.round(bytes / 1e6)
}

/** The first line that says what went wrong. */
function reasonIn(text) {
  return /^.*(?:error|FATAL|memory|abort).*$/im.exec(text)?.[0].slice(0, 90) ?? 'it was ended'
}
