// Whether models come out as well: exact match and F1 after the same number of steps, of this package (the settings of
// squad-v1.1.yaml) and of PyTorch (run_qa_torch.py), with several seeds each, since one alone decides little.
// usage: npm run build && node bench/quality.mjs --model DIR [--results out/quality.jsonl] [--train SQUAD] [--articles N]
//   [--dev SQUAD] [--questions 2000] [--steps 500] [--seeds 1,2,3] [--learning-rate 5e-5] [--batch 8] [--threads N]
//   [--python python3] [--theirs padded|dynamic]
// Takes hours, and may be stopped: each run's scores are appended to the results file, and what is in there is not run again.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { fitOurs, fitTheirs } from './fit.mjs'
import { firstQuestions, readSquad, writeSquad } from './squad-subset.mjs'
import { introduce, modelFlags, printTable, scratchFolder, sharedFile } from './turns.mjs'

const flags = modelFlags({
  results: { type: 'string', default: 'out/quality.jsonl' },
  train: { type: 'string' },
  articles: { type: 'string' },
  dev: { type: 'string' },
  questions: { type: 'string', default: '2000' },
  steps: { type: 'string', default: '500' },
  seeds: { type: 'string', default: '1,2,3' },
  'learning-rate': { type: 'string', default: '5e-5' },
  batch: { type: 'string', default: '8' },
  theirs: { type: 'string', default: 'padded' },
})
if (!['padded', 'dynamic'].includes(flags.theirs))
  throw new Error(`--theirs: expected padded or dynamic, found ${flags.theirs}`)

const trainFile = flags.train ?? sharedFile('data/squad-train-v1.1-44-articles.json.gz')
const devFile = flags.dev ?? sharedFile('data/squad-dev-v1.1.json.gz')
const folder = scratchFolder('quality')
const articles = readSquad(trainFile)
const count = flags.articles === undefined ? articles.length : Number(flags.articles)
const files = {
  train: writeSquad(join(folder, 'train.json'), articles.slice(0, count)),
  dev: writeSquad(join(folder, 'dev.json'), firstQuestions(readSquad(devFile), Number(flags.questions))),
}
const settings = {
  steps: Number(flags.steps),
  learning_rate: Number(flags['learning-rate']),
  batch: Number(flags.batch),
}
/** What a run's scores depend on, besides the trainer and the seed. */
const of = {
  model: basename(resolve(flags.model)),
  train: basename(trainFile),
  articles: count,
  dev: basename(devFile),
  questions: Number(flags.questions),
  ...settings,
}

const hasPeer = introduce(flags.python, flags.threads)
console.log(`${of.articles} articles of ${of.train}, ${of.steps} steps of ${of.batch}, ${of.questions} dev questions`)
mkdirSync(dirname(flags.results), { recursive: true })
const trainers = {
  sluice: job => fitOurs(job, folder),
  ...(hasPeer && {
    [`PyTorch, ${flags.theirs}`]: job => fitTheirs(job, flags.python, { dynamic: flags.theirs === 'dynamic' }),
  }),
}
const runs = []
for (const seed of flags.seeds.split(',').map(Number)) {
  for (const [trainer, run] of Object.entries(trainers)) {
    const key = { trainer, seed, ...of }
    const scores = found(key) ?? (await make(key, run))
    console.log(
      `${trainer}, seed ${seed}: exact match ${scores.exact_match.toFixed(2)}, F1 ${scores.f1.toFixed(2)}, ${scores.seconds.toFixed(0)} s`,
    )
    runs.push(scores)
  }
}
report()

function found(key) {
  if (!existsSync(flags.results)) return undefined
  const kept = readFileSync(flags.results, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))
  return kept.find(scores => isDeepStrictEqual(scores.key, key))
}

async function make(key, run) {
  const job = { model: flags.model, ...files, ...settings, seed: key.seed, threads: Number(flags.threads) }
  const { seconds, exact_match, f1 } = await run(job)
  const scores = { key, seconds, exact_match, f1 }
  appendFileSync(flags.results, `${JSON.stringify(scores)}\n`)
  return scores
}

function report() {
  const figures = (trainer, name) => {
    const values = runs.filter(({ key }) => key.trainer === trainer).map(scores => scores[name])
    const mean = values.reduce((a, b) => a + b, 0) / values.length
    return `${mean.toFixed(2)} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`
  }
  printTable([
    ['mean (range)', 'exact match', 'F1'],
    ...Object.keys(trainers).map(trainer => [trainer, figures(trainer, 'exact_match'), figures(trainer, 'f1')]),
  ])
}
