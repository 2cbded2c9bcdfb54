import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { expect, it } from 'vitest'
import { cli, folderWith, sluice } from './sluice.ts'

const model = fileURLToPath(new URL('../cases/65-resume-gives-the-same-weights/m', import.meta.url))
const schema = fileURLToPath(new URL('../../schemas/trace.schema.json', import.meta.url))

const context = 'The old tower sat by the river and the keeper opened it in 1895.'
const data = (...questions: readonly (readonly [id: string, question: string, text: string, start: number])[]) =>
  JSON.stringify({
    data: [
      {
        paragraphs: [
          {
            context,
            qas: questions.map(([id, question, text, answer_start]) => ({
              id,
              question,
              answers: [{ text, answer_start }],
            })),
          },
        ],
      },
    ],
  })

const pipeline = `
vars: { stride: 8 }
stages:
  read: { with: { file: train.json } }
  tokenize: { with: { vocab: m } }
  span: { with: { max_seq_length: 20, doc_stride: "\${vars.stride}", max_query_length: 8 } }
  cache: {}
  read-dev: { uses: read, with: { file: dev.json, for: evaluation } }
  tokenize-dev: { uses: tokenize, with: { vocab: m }, from: read-dev }
  span-dev: { uses: span, with: { max_seq_length: 20, doc_stride: 8, max_query_length: 8 }, from: tokenize-dev }
  predict:
    with: { model: m, engine: reference }
    from: { windows: span-dev, examples: read-dev }
  evaluate: { from: { predictions: predict, examples: read-dev } }
`
const project = () => {
  const folder = folderWith({
    'pipeline.yaml': pipeline,
    'train.json': data(['t0', 'what sat ?', 'tower', 8], ['t1', 'what opened ?', 'gate', 4]),
    'dev.json': data(['d0', 'what sat ?', 'old tower', -1]),
  })
  cpSync(model, join(folder, 'm'), { recursive: true })
  return folder
}
const trace = (folder: string, ...more: readonly string[]) => sluice(folder, 'trace', 'pipeline.yaml', ...more)
const plain = (text: string, folder: string) => text.replaceAll(folder, 'FOLDER').replaceAll(cli, 'CLI').split('\n')

it('shows the way of a question, from the cache alone', async () => {
  const folder = project()
  expect(await trace(folder, '--question', 'd0')).toEqual({
    code: 1,
    out: '',
    err:
      'error[not-in-cache] The cache holds no results of the stages `read` and `read-dev` as they are now.\n' +
      `hint: Make them: node ${cli} run pipeline.yaml --until read\nnode ${cli} run pipeline.yaml --until read-dev\n`,
  })
  expect((await sluice(folder, 'run', 'pipeline.yaml')).code).toBe(0)

  const training = await trace(folder, '--question', 't0')
  expect([training.code, training.err]).toEqual([0, ''])
  expect(plain(training.out, folder)).toEqual([
    't0',
    '  question   what sat ?',
    '  read from  FOLDER/train.json',
    '  for        training',
    '',
    'read: text and answer',
    '  context  The old «tower» sat by the river and the keeper opened it in 1895.',
    '  answer   tower (word 2 of 14)',
    '',
    'tokenize: pieces',
    '  question  what sat ?',
    '  answer    tower → tower',
    '  context   14 words, 15 pieces',
    '',
    'span: 2 windows',
    '  settings  max_seq_length 20, doc_stride 8, max_query_length 8',
    '  window 0  pieces 0 to 13, holds the answer, label 7 to 7',
    '            [CLS] what sat ? [SEP] the old «tower» sat by the river and the',
    '            keeper opened it in 1895 [SEP]',
    '  window 1  pieces 8 to 14, is without the answer, label [CLS]',
    '            [CLS] what sat ? [SEP] the keeper opened it in 1895 . [SEP]',
    '',
    'cache: training set',
    '  rows  0, 1',
    '',
  ])
  expect(plain((await trace(folder, '--question', 't1')).out, folder).slice(5)).toEqual([
    'read: text and answer',
    '  context   The old tower sat by the river and the keeper opened it in 1895.',
    '  accepted  gate',
    '',
    'read: lost here',
    '  why  the answer "gate" is not in the words at its answer_start 4: there stands',
    '       "old"',
    '',
  ])

  const evaluated = await trace(folder, '--question', 'd0', '--json')
  const record = JSON.parse(evaluated.out)
  const validate = new Ajv2019({ strict: false }).compile(JSON.parse(readFileSync(schema, 'utf8')))
  expect([evaluated.code, validate(record), validate.errors]).toEqual([0, true, null])
  const [way] = record.ways
  expect(way.steps.map(({ kind, stage }: { kind: string; stage: string }) => [kind, stage])).toEqual([
    ['examples', 'read-dev'],
    ['pieces', 'tokenize-dev'],
    ['windows', 'span-dev'],
    ['predictions', 'predict'],
    ['score', 'evaluate'],
  ])
  const text = plain((await trace(folder, '--question', 'd0')).out, folder)
  expect(text.slice(text.indexOf('evaluate: score'))).toEqual([
    'evaluate: score',
    '  result    wrong: exact match 0, F1 0.00',
    '  compared  “it in”',
    '  with      “old tower”',
    '',
  ])
}, 180_000)

it('tells of a result of an earlier run, and of the change since', async () => {
  const folder = project()
  expect((await sluice(folder, 'run', 'pipeline.yaml', '--until', 'span')).code).toBe(0)
  const { code, out } = await trace(folder, '--question', 't0', '--set', 'vars.stride=4')
  expect(code).toBe(0)
  const lines = plain(out, folder)
  expect(lines.slice(3, 7)).toEqual([
    '  for          training',
    '  earlier run  span is shown as an earlier run made it; doc_stride changed: 8 →',
    '               4 (--set vars.stride=4). Make it anew:',
    '               node CLI run pipeline.yaml --set vars.stride=4 --until span',
  ])
  expect(lines).toContain('  settings  max_seq_length 20, doc_stride 8, max_query_length 8')
  expect(lines.slice(-3)).toEqual([
    'cache: no result as it is now',
    '  make it  node CLI run pipeline.yaml --set vars.stride=4 --until cache',
    '',
  ])
})

it.each([[[], '`pipeline trace` needs --question ID.\nhint: Usage: pipeline trace FILE --question ID [flags]']])(
  'what has to be asked: %j',
  async (flags, message) =>
    expect(await trace(folderWith({}), ...flags)).toEqual({
      code: 2,
      out: '',
      err: `error[missing-argument] ${message}\n`,
    }),
)
