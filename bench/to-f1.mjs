// Wall time from the command to a score: fine-tuning a pretrained model for some steps, then predicting and scoring
// questions of the dev set. Ours is a cold `pipeline run`; theirs is run_qa_torch.py, padded to 384 as run_qa.py does it, and
// with batches of like length. The same number of steps; the score says that they were worth it.
// usage: npm run build && node bench/to-f1.mjs --model DIR [--train SQUAD] [--dev SQUAD] [--steps 500] [--questions 2000]
//   [--target 40] [--learning-rate 5e-5] [--batch 8] [--seed 42] [--threads N] [--python python3]
import { join } from 'node:path'
import { fitOurs, fitTheirs, partsText } from './fit.mjs'
import { firstQuestions, readSquad, writeSquad } from './squad-subset.mjs'
import { introduce, modelFlags, printTable, scratchFolder, sharedFile } from './turns.mjs'

const flags = modelFlags({
  train: { type: 'string' },
  dev: { type: 'string' },
  steps: { type: 'string', default: '500' },
  questions: { type: 'string', default: '2000' },
  target: { type: 'string', default: '40' },
  'learning-rate': { type: 'string', default: '5e-5' },
  batch: { type: 'string', default: '8' },
  seed: { type: 'string', default: '42' },
})

const folder = scratchFolder('to-f1')
const dev = readSquad(flags.dev ?? sharedFile('data/squad-dev-v1.1.json.gz'))
const job = {
  model: flags.model,
  train: flags.train ?? sharedFile('data/squad-train-v1.1-44-articles.json.gz'),
  dev: writeSquad(join(folder, 'dev.json'), firstQuestions(dev, Number(flags.questions))),
  steps: Number(flags.steps),
  seed: Number(flags.seed),
  learning_rate: Number(flags['learning-rate']),
  batch: Number(flags.batch),
  threads: Number(flags.threads),
}

const hasPeer = introduce(flags.python, flags.threads)
console.log(`${job.steps} steps of ${job.batch}, learning rate ${job.learning_rate}, ${flags.questions} dev questions`)
const ways = [
  ['sluice, cold', () => fitOurs(job, folder)],
  ...(hasPeer
    ? [
        ['PyTorch, padded to 384 (run_qa.py)', () => fitTheirs(job, flags.python)],
        ['PyTorch, grouped by length', () => fitTheirs(job, flags.python, { dynamic: true })],
      ]
    : []),
]
const runs = []
for (const [name, run] of ways) {
  const made = await run()
  console.log(`${name}: ${partsText(made.parts)}`)
  runs.push({ name, ...made })
}

const [ours] = runs
printTable(
  runs.map(({ name, seconds, exact_match, f1 }) => [
    name,
    `${seconds.toFixed(0)} s`,
    `exact match ${exact_match.toFixed(2)}`,
    `F1 ${f1.toFixed(2)}`,
    f1 >= Number(flags.target) ? '' : `did not reach ${flags.target}`,
    name === ours.name ? '' : `${(seconds / ours.seconds).toFixed(2)} x our time`,
  ]),
)
