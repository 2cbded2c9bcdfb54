// How many windows a second fine-tuning takes on real windows of SQuAD, and how much memory: this package with the settings
// of squad-v1.1.yaml (batches of like length) against PyTorch with run_qa.py's settings (every window padded to 384), and
// against PyTorch with batches of like length, padded to their longest window.
// usage: npm run build && node bench/train.mjs --model DIR [--train SQUAD.json[.gz]] [--rounds 5] [--steps 25]
//   [--windows 800] [--batch 8] [--threads N] [--python python3] [--seed 1]
// All train on windows of the same questions, from all over the file, each in an order of its own. (Those of long contexts are
// cut in other places: run_qa.py's windows overlap by doc_stride, ours start so far apart.) All that group by length
// do it in stretches of 25 batches where there are 800 windows: so every turn of 25 steps covers all lengths.
import { join } from 'node:path'
import { readSquad, someQuestions, writeSquad } from './squad-subset.mjs'
import {
  bundled,
  child,
  here,
  introduce,
  middle,
  modelFlags,
  peak,
  printTable,
  ratio,
  scratchFolder,
  sharedFile,
  takeTurns,
} from './turns.mjs'

const flags = modelFlags({
  train: { type: 'string' },
  rounds: { type: 'string', default: '5' },
  steps: { type: 'string', default: '25' },
  windows: { type: 'string', default: '800' },
  batch: { type: 'string', default: '8' },
  seed: { type: 'string', default: '1' },
})

const source = flags.train ?? sharedFile('data/squad-train-v1.1-44-articles.json.gz')
// Each question makes one window at least, unless our side leaves it out because its answer is not where it should be.
const questions = someQuestions(readSquad(source), Math.ceil(Number(flags.windows) * 1.05), flags.seed)
const file = writeSquad(join(scratchFolder('train'), 'train.json'), questions)

const hasPeer = introduce(flags.python, flags.threads)
const torch = (name, ...more) => {
  const { model, windows, batch, threads } = flags
  const of = ['--model', model, '--train', file, '--windows', windows, '--batch', batch, '--threads', threads]
  return child(name, flags.python, [here('run_qa_torch.py'), 'steps', ...of, ...more])
}
const ours = child('sluice', process.execPath, [
  await bundled('train-sluice'),
  ...[flags.model, file, flags.windows, flags.batch, flags.threads],
])
const theirs = hasPeer
  ? [torch('PyTorch, padded to 384 (run_qa.py)'), torch('PyTorch, grouped by length', '--dynamic')]
  : []
const sides = [ours, ...theirs]
await takeTurns(sides, { rounds: Number(flags.rounds), line: flags.steps, warmUp: 1 })

const rows = `we compute ${ours.turns[0].rows_at_once} rows at a time`
console.log(`batch ${flags.batch}, ${rows}; ${flags.rounds} rounds in turn, ${flags.steps} steps a turn`)
const speed = ({ windows, ms }) => (1000 * windows) / ms
printTable(
  sides.map(side => [
    side.name,
    `${middle(side, speed).toFixed(2)} windows/s (median)`,
    `${tokens(side).toFixed(1)} real tokens a window`,
    side === ours ? '' : `we are ${ratio(ours, side, speed).toFixed(2)} x as fast`,
    `${peak(side).toFixed(0)} MB at most`,
  ]),
)

function tokens({ turns }) {
  const sum = figure => turns.reduce((total, turn) => total + turn[figure], 0)
  return sum('tokens') / sum('windows')
}
