// Exact match and F1 of a pipeline's predictions with 95 % intervals: the questions are drawn again 10,000 times, with
// replacement (the percentile bootstrap). Computes no prediction: the pipeline must have run.
// usage: npm run build && node bench/interval.mjs PIPELINE.yaml [the flags of that run]
import { execFileSync } from 'node:child_process'
import { scoreV1, scoreV2 } from '../dist/squad.js'
import { makeRandom } from '../pipelines/sample/random.mjs'

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
  const one = new Map(predictions.has(id) ? [[id, predictions.get(id)]] : [])
  const score = (withNegatives ? scoreV2 : scoreV1)([{ id, answers }], one)
  return { exact: score.exact ?? score.exact_match, f1: score.f1, is_impossible }
})

const random = makeRandom(42)
const groups = [['all', scored]]
if (withNegatives)
  groups.push(
    ['with an answer', scored.filter(each => !each.is_impossible)],
    ['without one', scored.filter(each => each.is_impossible)],
  )
for (const [name, group] of groups) {
  const [exact, f1] = ['exact', 'f1'].map(field => interval(group.map(each => each[field])))
  console.log(`${name.padEnd(14)} ${String(group.length).padStart(6)} questions  exact match ${exact}  F1 ${f1}`)
}

/** `57.25 (56.31 to 58.20)` */
function interval(values) {
  const means = Float64Array.from({ length: RESAMPLES }, () => {
    let sum = 0
    for (let draw = 0; draw < values.length; draw++) sum += values[random.below(values.length)]
    return sum / values.length
  }).sort()
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length
  const [low, high] = [0.025, 0.975].map(part => means[Math.round(part * (RESAMPLES - 1))])
  return `${mean.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`
}
