// Exact match and F1 of a pipeline's predictions with 95 % intervals: the questions are drawn again 10,000 times, with
// replacement (the percentile bootstrap). Computes no prediction: the pipeline must have run.
// usage: npm run build && node bench/interval.mjs PIPELINE.yaml [the flags of that run]
import { execFileSync } from 'node:child_process'
import { bootstrap, scoreQuestion } from '../dist/squad.js'

const RESAMPLES = 10_000
const [, , pipeline, ...flags] = process.argv

/** A stage's kept result, as `pipeline cat` prints it. */
const records = stage =>
  execFileSync(
    process.execPath,
    [new URL('../dist/cli.js', import.meta.url).pathname, 'cat', pipeline, stage, ...flags],
    {
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

const predictions = new Map(records('predict').map(({ id, prediction }) => [id, prediction]))
const questions = records('read-dev')
const withNegatives = questions.some(({ is_impossible }) => is_impossible)

/** Exact match and F1 of one question, 0 to 100, by the official rules. */
const scored = questions.map(({ id, answers, is_impossible }) => {
  const { exact, f1 } = scoreQuestion(predictions.get(id), answers, withNegatives)
  return { exact: 100 * exact, f1: 100 * f1, is_impossible }
})

const groups = [['all', scored]]
if (withNegatives)
  groups.push(
    ['with an answer', scored.filter(each => !each.is_impossible)],
    ['without one', scored.filter(each => each.is_impossible)],
  )
for (const [name, group] of groups) {
  const columns = ['exact', 'f1'].map(field => Float64Array.from(group, each => each[field]))
  const [exact, f1] = bootstrap(columns, { resamples: RESAMPLES, seed: 42 }).map(interval)
  console.log(`${name.padEnd(14)} ${String(group.length).padStart(6)} questions  exact match ${exact}  F1 ${f1}`)
}

/** `57.25 (56.31 to 58.20)` */
function interval({ mean, low, high }) {
  return `${mean.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`
}
