import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { folderWith, sluice, type Told } from '../cli/sluice.ts'

const tiny = fileURLToPath(new URL('../cases/65-resume-gives-the-same-weights/', import.meta.url))

const sweep = `
name: sweep
vars: { seed: 1, span: { max_seq_length: 32, doc_stride: 8, max_query_length: 8 } }
matrix: { stages.train.with.learning_rate: [1e-2, 1e-3], seed: [1, 2] }
stages:
  read: { with: { file: ${tiny}input.json, for: training } }
  tokenize: { with: { vocab: ${tiny}m } }
  span: { with: "\${vars.span}" }
  cache: {}
  read-dev: { uses: read, with: { file: ${tiny}input.json, for: evaluation } }
  tokenize-dev: { uses: tokenize, with: { vocab: ${tiny}m }, from: read-dev }
  span-dev: { uses: span, with: "\${vars.span}", from: tokenize-dev }
  train:
    with: { model: ${tiny}m, init: random, seed: "\${vars.seed}", train_batch_size: 2, max_steps: 2, logging_dir: ./runs }
  predict: { from: { windows: span-dev, examples: read-dev, model: train } }
  evaluate: { from: { predictions: predict, examples: read-dev } }
`
const eventsOf = (out: string): Told[] =>
  out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))

it('fine-tunes over a grid: the data once, a training and its curves for each cell, the scores in one table', async () => {
  const folder = folderWith({ 'sweep.yaml': sweep })
  const { code, out, err } = await sluice(folder, 'run', 'sweep.yaml', '--json')
  const events = eventsOf(out)
  const ran = events.filter(({ event, status }) => event === 'stage' && status === 'ran').map(({ name }) => name)
  const times = Object.fromEntries([...new Set(ran)].map(name => [name, ran.filter(each => each === name).length]))
  const once = Object.fromEntries(
    ['read', 'tokenize', 'span', 'cache', 'read-dev', 'tokenize-dev', 'span-dev'].map(name => [name, 1]),
  )
  expect([code, err, events[0]?.results, times]).toEqual([0, '', 19, { ...once, train: 4, predict: 4, evaluate: 4 }])
  expect(readdirSync(join(folder, 'runs')).sort()).toEqual([
    'learning_rate=1e-2,seed=1',
    'learning_rate=1e-2,seed=2',
    'learning_rate=1e-3,seed=1',
    'learning_rate=1e-3,seed=2',
  ])

  const table = events.at(-2) as unknown as { rows: { numbers: object }[]; means: { numbers: Record<string, object> }[] }
  expect(table.rows.map(({ numbers }) => Object.keys(numbers))).toEqual(Array(4).fill(['exact_match', 'f1']))
  expect(table.means.map(({ numbers }) => numbers.f1)).toMatchObject([{ n: 2 }, { n: 2 }])
  // What the table says of a cell is what the cell's own metrics say.
  const cell = ['--set', 'vars.seed=2', '--set', 'stages.train.with.learning_rate=1e-3']
  const metrics = JSON.parse((await sluice(folder, 'cat', 'sweep.yaml', 'evaluate', ...cell)).out)
  const hundredths = (value: number) => Math.round(value * 100) / 100
  expect(table.rows[3]?.numbers).toEqual({
    exact_match: hundredths(metrics.exact_match),
    f1: hundredths(metrics.f1),
  })
}, 120_000)

it('refuses cells that would save into one folder', async () => {
  const saving = sweep.replace('  predict:', '  save: { with: { output_dir: ./out } }\n  predict:')
  const { code, err } = await sluice(folderWith({ 'sweep.yaml': saving }), 'run', 'sweep.yaml')
  expect([code, err.split('\n')[0]?.replace(/is \S+ in/, 'is FOLDER in'), err.trimEnd().split('\n').at(-1)]).toEqual([
    2,
    'error[shared-output] sweep.yaml:15:31: `output_dir` of stage `save` is FOLDER in 4 cells, which would write different results to it.',
    'hint: Put `${vars.seed}` into it. Make a variable of `stages.train.with.learning_rate`, name that in `matrix`, and put it into the location too.',
  ])
})
