// How many windows a second prediction takes on real windows of SQuAD's dev set, and how much memory: this package against
// PyTorch in inference mode. Both compute windows of the same questions, sorted by length, each batch padded to about its
// longest. (Long contexts are cut in other places: run_qa.py's windows overlap by doc_stride, ours start so far apart.)
// usage: npm run build && node bench/predict.mjs --model DIR [--dev SQUAD.json[.gz]] [--rounds 5] [--windows 1600]
//   [--batch 8 --batch 32 …] [--threads N] [--python python3] [--seed 1]
// Our time includes that of compiling a program for each of 12 lengths, in every turn: the more windows, the less it counts.
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
  dev: { type: 'string' },
  rounds: { type: 'string', default: '5' },
  windows: { type: 'string', default: '1600' },
  batch: { type: 'string', multiple: true, default: ['8'] },
  seed: { type: 'string', default: '1' },
})

const source = flags.dev ?? sharedFile('data/squad-dev-v1.1.json.gz')
const questions = someQuestions(readSquad(source), Number(flags.windows), flags.seed)
const file = writeSquad(join(scratchFolder('predict'), 'dev.json'), questions)

const hasPeer = introduce(flags.python, flags.threads)
const script = await bundled('predict-sluice')
const pairs = flags.batch.map(batch => {
  const { model, windows, threads } = flags
  const ours = child(`sluice, batch ${batch}`, process.execPath, [script, model, file, windows, batch, threads])
  const of = ['--model', model, '--dev', file, '--windows', windows, '--batch', batch, '--threads', threads]
  const torch = () => child(`PyTorch, batch ${batch}`, flags.python, [here('run_qa_torch.py'), 'predict', ...of])
  return hasPeer ? [ours, torch()] : [ours]
})
await takeTurns(pairs.flat(), { rounds: Number(flags.rounds), warmUp: 1 })

const speed = ({ windows, ms }) => (1000 * windows) / ms
console.log(`${flags.windows} windows a turn, ${flags.rounds} rounds in turn`)
printTable(
  pairs.flatMap(pair =>
    pair.map(side => [
      side.name,
      `${middle(side, speed).toFixed(2)} windows/s (median)`,
      `${(side.turns[0].tokens / side.turns[0].windows).toFixed(1)} real tokens a window`,
      side === pair[0] ? '' : `we are ${ratio(pair[0], side, speed).toFixed(2)} x as fast`,
      `${peak(side).toFixed(0)} MB at most`,
    ]),
  ),
)
