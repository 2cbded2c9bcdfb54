// How long one training step takes, and how much memory: this package against PyTorch with transformers, on the same
// network and batch shape. The two step in turn within one run, so that both meet the same load; ratios are of pairs.
// usage: node bench/step.mjs [--setting mini|base] [--rounds 10] [--python python3] [--threads N] [--length 384]
//   [--batch 8] [--dropout 0.1] [--layers 6] [--hidden 384] [--heads 12] [--intermediate 1536] [--rows-at-once N]
// How many rows of the batch our side computes at a time is its own choice, which is printed, or --rows-at-once.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { bundled, child, cores, here, introduce, middle, peak, printTable, ratio, takeTurns } from './turns.mjs'

const { values: flags } = parseArgs({
  options: {
    setting: { type: 'string', default: 'mini' },
    rounds: { type: 'string', default: '10' },
    python: { type: 'string', default: 'python3' },
    threads: { type: 'string', default: String(cores) },
    length: { type: 'string' },
    batch: { type: 'string' },
    dropout: { type: 'string' },
    layers: { type: 'string' },
    hidden: { type: 'string' },
    heads: { type: 'string' },
    intermediate: { type: 'string' },
    'rows-at-once': { type: 'string' },
  },
})

/** Networks by name, as they differ from step-setting.json: MiniLM-L6 and BERT-base. */
const NETWORKS = {
  mini: {},
  base: { hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12, intermediate_size: 3072 },
}

/** What each flag sets: of the batch, and of the network's configuration. */
const BATCH_FLAGS = { length: ['length'], batch: ['batch'], 'rows-at-once': ['rows_at_once'] }
const CONFIG_FLAGS = {
  dropout: ['hidden_dropout_prob', 'attention_probs_dropout_prob'],
  layers: ['num_hidden_layers'],
  hidden: ['hidden_size'],
  heads: ['num_attention_heads'],
  intermediate: ['intermediate_size'],
}

const { file, setting } = writeSetting()
const hasPeer = introduce(flags.python, flags.threads)
const sides = [
  child('sluice', process.execPath, [await bundled('step-sluice'), file, flags.threads]),
  ...(hasPeer ? [child('PyTorch', flags.python, [here('step_torch.py'), file, flags.threads])] : []),
]
await takeTurns(sides, { rounds: Number(flags.rounds) })
report()

/** The network and batch of step-setting.json, changed as the flags say. */
function writeSetting() {
  const { config, ...batch } = JSON.parse(readFileSync(here('step-setting.json'), 'utf8'))
  const network = NETWORKS[flags.setting]
  if (!network) throw new Error(`--setting: expected ${Object.keys(NETWORKS).join(' or ')}, found ${flags.setting}`)
  const setting = {
    ...batch,
    ...changes(BATCH_FLAGS),
    config: { ...config, ...network, ...changes(CONFIG_FLAGS) },
  }
  const folder = here('../dist/bench')
  mkdirSync(folder, { recursive: true })
  const file = `${folder}/step-setting.json`
  writeFileSync(file, JSON.stringify(setting))
  return { file, setting }
}

function changes(table) {
  const given = Object.entries(table).filter(([flag]) => flags[flag] !== undefined)
  return Object.fromEntries(given.flatMap(([flag, fields]) => fields.map(field => [field, Number(flags[flag])])))
}

function report() {
  const { batch, length, config } = setting
  const [ours] = sides
  const { num_hidden_layers: layers, hidden_size, num_attention_heads: heads, intermediate_size: between } = config
  const network = `${layers} x ${hidden_size}, ${heads} heads, ${between} between, dropout ${config.hidden_dropout_prob}`
  const rows = `we compute ${ours.turns[0].rows_at_once} rows at a time`
  console.log(`${network}; batch ${batch} x ${length}, ${rows}; ${flags.rounds} rounds in turn`)
  const ms = turn => turn.ms
  const baseline = sides.at(-1)
  printTable(
    sides.map(side => [
      side.name,
      `${middle(side, ms).toFixed(0)} ms a step (median)`,
      `${Math.min(...side.turns.map(ms)).toFixed(0)} ms (least)`,
      `${ratio(side, baseline, ms).toFixed(2)} x ${baseline.name}`,
      `${peak(side).toFixed(0)} MB at most`,
    ]),
  )
}
