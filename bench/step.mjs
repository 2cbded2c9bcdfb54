// How long one training step takes, and how much memory: this package against PyTorch with transformers, on the same
// network and batch shape. The two step in turn within one run, so that both meet the same load; ratios are of pairs.
// usage: node bench/step.mjs [--rounds 10] [--python python3] [--threads N] [--length 384] [--batch 8] [--dropout 0.1]
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    python: { type: 'string', default: 'python3' },
    threads: { type: 'string', default: String(availableParallelism()) },
    length: { type: 'string' },
    batch: { type: 'string' },
    dropout: { type: 'string' },
  },
})
/** Rounds before the first that counts: memory is being allocated, and caches fill. */
const warmUp = 2

const here = name => new URL(name, import.meta.url).pathname
const folder = here('../dist/bench')
mkdirSync(folder, { recursive: true })
const setting = writeSetting()
await build({
  entryPoints: [here('step-sluice.ts')],
  outfile: `${folder}/step-sluice.js`,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
})

const trainers = [
  trainer('PyTorch', flags.python, here('step_torch.py')),
  trainer('sluice', process.execPath, `${folder}/step-sluice.js`),
]
for (let round = -warmUp; round < Number(flags.rounds); round++) {
  for (const { step, steps } of trainers) {
    const made = await step()
    if (round >= 0) steps.push(made)
  }
}
for (const { child } of trainers) child.stdin.end()
report()

/** The network and batch of step-setting.json, changed as the flags say. */
function writeSetting() {
  const setting = JSON.parse(readFileSync(here('step-setting.json'), 'utf8'))
  if (flags.length) setting.length = Number(flags.length)
  if (flags.batch) setting.batch = Number(flags.batch)
  if (flags.dropout) {
    setting.config.hidden_dropout_prob = Number(flags.dropout)
    setting.config.attention_probs_dropout_prob = Number(flags.dropout)
  }
  writeFileSync(`${folder}/step-setting.json`, JSON.stringify(setting))
  return setting
}

/** A child process that makes a step for each line it is sent. */
function trainer(name, command, script) {
  const child = spawn(command, [script, `${folder}/step-setting.json`, flags.threads], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const step = async () => {
    child.stdin.write('\n')
    const { value, done } = await lines.next()
    if (done) throw new Error(`${name} (${command} ${script}) ended before its step was made`)
    return JSON.parse(value)
  }
  return { name, child, step, steps: [] }
}

function report() {
  const { batch, length, config } = setting
  const size = `${config.num_hidden_layers} x ${config.hidden_size}, batch ${batch} x ${length}`
  const dropout = `dropout ${config.hidden_dropout_prob}`
  console.log(`${size}, ${dropout}, ${flags.threads} threads, ${flags.rounds} rounds in turn`)
  const [baseline] = trainers
  for (const { name, steps } of trainers) {
    const times = steps.map(({ ms }) => ms)
    const ratio = median(times.map((ms, round) => ms / baseline.steps[round].ms))
    const peak = Math.max(...steps.map(({ peak_mb }) => peak_mb))
    const columns = [
      name.padEnd(8),
      `${median(times).toFixed(0).padStart(6)} ms a step (median)`,
      `${Math.min(...times)
        .toFixed(0)
        .padStart(6)} ms (least)`,
      `${ratio.toFixed(2)} x PyTorch`,
      `${peak.toFixed(0)} MB at most`,
    ]
    console.log(columns.join('  '))
  }
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
