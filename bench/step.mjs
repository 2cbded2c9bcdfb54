// How long one training step takes, and how much memory: this package against PyTorch with transformers, on the same
// network and batch shape. The two step in turn within one run, so that both meet the same load; ratios are of pairs.
// usage: node bench/step.mjs [--setting mini|base] [--rounds 10] [--python python3] [--threads N] [--length 384]
//   [--batch 8] [--dropout 0.1] [--layers 6] [--hidden 384] [--heads 12] [--intermediate 1536] [--rows-at-once N]
// How many rows of the batch our side computes at a time is its own choice, which is printed, or --rows-at-once.
import { parseArgs } from 'node:util'
import { networkFlags, numbers, sizeText, writeSetting } from './networks.mjs'
import { bundled, child, cores, here, introduce, middle, peak, printTable, ratio, takeTurns } from './turns.mjs'

const { values: flags } = parseArgs({
  options: {
    ...networkFlags(),
    rounds: { type: 'string', default: '10' },
    python: { type: 'string', default: 'python3' },
    threads: { type: 'string', default: String(cores) },
    length: { type: 'string' },
    batch: { type: 'string' },
    'rows-at-once': { type: 'string' },
  },
})

const BATCH = { length: ['length'], batch: ['batch'], 'rows-at-once': ['rows_at_once'] }
const { file, setting } = writeSetting(flags, numbers(flags, BATCH))
// The answers of the invented rows lie there, and rows fill three quarters of the length or more.
if (0.75 * setting.length < 34 + setting.batch)
  throw new Error(`--length: too short for ${setting.batch} rows with an answer; found ${setting.length}`)
const hasPeer = introduce(flags.python, flags.threads)
const sides = [
  child('sluice', process.execPath, [await bundled('step-sluice'), file, flags.threads]),
  ...(hasPeer ? [child('PyTorch', flags.python, [here('step_torch.py'), file, flags.threads])] : []),
]
await takeTurns(sides, { rounds: Number(flags.rounds) })
report()

function report() {
  const { batch, length, config } = setting
  const [ours] = sides
  const network = `${sizeText(config)}, dropout ${config.hidden_dropout_prob}`
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
