import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { describe, expect, it } from 'vitest'
import { unpack } from '../page/unpack.ts'
import { cli, folderWith, sluice, steady } from './sluice.ts'

const model = fileURLToPath(new URL('../cases/65-resume-gives-the-same-weights/m', import.meta.url))
const schemaOf = (name: string) =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../../schemas/${name}.schema.json`, import.meta.url)), 'utf8'))

const context = 'The old tower sat by the river and the keeper opened it in 1895.'
const dev = JSON.stringify({
  data: [
    {
      paragraphs: [
        {
          context,
          qas: ['what sat ?', 'what opened ?'].map((question, index) => ({
            id: `d${index}`,
            question,
            answers: [{ text: context.slice(4), answer_start: 4 }],
          })),
        },
      ],
    },
  ],
})
const pipeline = `
vars: { longest: 3 }
profiles: { long: { vars: { longest: 30 } } }
stages:
  read: { with: { file: dev.json, for: evaluation } }
  tokenize: { with: { vocab: m } }
  span: { with: { max_seq_length: 24, doc_stride: 8, max_query_length: 8 } }
  predict: { with: { model: m, engine: reference, max_answer_length: "\${vars.longest}" } }
  evaluate: {}
`
const project = () => {
  const folder = folderWith({
    'pipeline.yaml': pipeline,
    'other.yaml': pipeline.replace('evaluate: {}', ''),
    'dev.json': dev,
  })
  cpSync(model, join(folder, 'm'), { recursive: true })
  return folder
}

it('shows parameters, numbers, times and flips of two runs, from the cache alone', async () => {
  const folder = project()
  expect((await sluice(folder, 'run', 'pipeline.yaml')).code).toBe(0)

  const half = await sluice(folder, 'compare', 'pipeline.yaml', '--profile', 'long')
  expect([half.code, half.err]).toEqual([
    1,
    'error[not-in-cache] The cache holds no result of `predict`, `evaluate` of B as it is now.\n' +
      `hint: Make it: node ${cli} run pipeline.yaml --profile long\n`,
  ])
  expect(half.out).toContain('parameters that differ\n  predict.max_answer_length  3 → 30\n')

  expect((await sluice(folder, 'run', 'pipeline.yaml', '--profile', 'long')).code).toBe(0)
  const { code, err, out } = await sluice(folder, 'compare', 'pipeline.yaml', '--profile', 'long')
  expect([code, err]).toEqual([0, ''])
  expect(
    steady(out)
      .split('\n')
      .slice(0, 19)
      .map(line => line.trim()),
  ).toEqual([
    'A and B',
    'A  pipeline.yaml',
    'B  pipeline.yaml --profile long',
    '',
    'parameters that differ',
    'predict.max_answer_length  3 → 30',
    '',
    'numbers',
    expect.stringMatching(/^evaluate\.exact_match {2}/),
    expect.stringMatching(/^evaluate\.f1 {2}/),
    'evaluate.total  2  2  the same',
    '',
    'time',
    'read  TIME  the same result',
    'tokenize  TIME  the same result',
    'span  TIME  the same result',
    'predict  TIME  TIME',
    'evaluate  TIME  TIME',
    '',
  ])
  expect(out).toContain('evaluate: 2 questions in common\n')

  const record = JSON.parse((await sluice(folder, 'compare', 'pipeline.yaml', '--profile', 'long', '--json')).out)
  for (const [name, value] of [
    ['compare', record],
    ['compare-evaluate', record.stages.evaluate],
  ] as const) {
    const validate = new Ajv2019({ strict: false }).compile(schemaOf(name))
    expect([name, validate(value), validate.errors]).toEqual([name, true, null])
  }
  expect([record.a, record.b]).toEqual([
    { file: 'pipeline.yaml', set: [] },
    { file: 'pipeline.yaml', set: [], profile: 'long' },
  ])
  const { groups } = record.stages.evaluate
  const f1 = record.numbers.find(({ name }: { name: string }) => name === 'f1')
  expect(groups[0].f1.difference).toBeCloseTo(f1.difference, 9)

  // The same as a page, with the passages of what flipped.
  const asPage = ['compare', 'pipeline.yaml', '--profile', 'long', '--html', 'page.html']
  const paged = await sluice(folder, ...asPage)
  expect([paged.code, paged.err, paged.out]).toEqual([0, '', `${out}\npage\n  written  ${join(folder, 'page.html')}\n`])
  const { comparison } = unpack(readFileSync(join(folder, 'page.html'), 'utf8'))
  const { right_to_wrong, wrong_to_right, ...rest } = record.stages.evaluate
  expect(comparison).toMatchObject({
    names: ['pipeline.yaml', 'pipeline.yaml --profile long'],
    record: { parameters: record.parameters, numbers: record.numbers, times: record.times, missing: [] },
    evaluations: [
      {
        stage: 'evaluate',
        record: rest,
        flips: { ids: [...right_to_wrong, ...wrong_to_right].map(({ id }: { id: string }) => id) },
      },
    ],
    left_out: [],
  })
  // One of ours is replaced; with --json nothing else is printed.
  expect(JSON.parse((await sluice(folder, ...asPage, '--json')).out)).toEqual(record)

  // Flags belong to the file that they follow; a stage that one of the two has not is told of.
  const flags = ['pipeline.yaml', '--set', 'vars.longest=30', 'other.yaml', '--profile', 'long', '--json']
  const others = await sluice(folder, 'compare', ...flags)
  const { a, b, parameters, missing } = JSON.parse(others.out)
  expect({ code: others.code, a, b, parameters, missing }).toEqual({
    code: 0,
    a: { file: 'pipeline.yaml', set: ['vars.longest=30'] },
    b: { file: 'other.yaml', set: [], profile: 'long' },
    parameters: [{ stage: 'evaluate', name: '', a: 'evaluate' }],
    missing: [],
  })
}, 180_000)

it('says what both write to one place, and how to keep both', async () => {
  const folder = project()
  const place = ['--set', 'stages.predict.with.output_dir=answers']
  const { out } = await sluice(folder, 'compare', ...place, 'pipeline.yaml', 'pipeline.yaml', '--profile', 'long')
  expect(out.slice(out.indexOf('written'))).toBe(`written to one place by both
  predict.output_dir  answers
                      It holds what ran last. To keep both, run one with a place
                      of its own: --set stages.predict.with.output_dir=…
`)
  const own = ['--set', 'stages.predict.with.output_dir=others']
  const apart = await sluice(folder, 'compare', 'pipeline.yaml', ...place, 'pipeline.yaml', ...own)
  expect(apart.out).not.toContain('written to one place')
})

describe('mistakes', () => {
  it.each([
    [
      ['pipeline.yaml'],
      'error[one-run] `pipeline compare` needs two runs; one file is given, and no flag behind it.\n' +
        'hint: Name a second file, or put --set or --profile behind the first: `pipeline compare squad.yaml --set vars.seed=7`.\n',
    ],
    [
      ['--profile', 'long', 'pipeline.yaml'],
      'error[one-run] `pipeline compare` needs two runs; one file is given, and no flag behind it.\n' +
        'hint: Name a second file, or put --set or --profile behind the first: `pipeline compare squad.yaml --set vars.seed=7`.\n',
    ],
    [['pipeline.yaml', '--profile', 'a', '--profile', 'b'], 'error[flag-twice] --profile is given twice.\n'],
    [
      ['pipeline.yaml', '--profile', 'long', '--html', '.'],
      'error[html-not-writable] --html names a file; FOLDER is a folder.\n',
    ],
    [
      ['pipeline.yaml', '--profile', 'long', '--html', 'no/such.html'],
      'error[html-not-writable] --html names a file; FOLDER/no/such.html cannot be written (ENOENT).\n',
    ],
    [
      ['pipeline.yaml', '--profile', 'long', '--html', 'pipeline.yaml'],
      'error[html-not-ours] Expected nothing at FOLDER/pipeline.yaml, or a page that we wrote; found another file.\n' +
        'hint: Name another file, or move that one away.\n',
    ],
    [[], 'error[missing-argument] `pipeline compare` needs A.\nhint: Usage: pipeline compare A [B] [flags]\n'],
  ])('%j', async (args, err) => {
    const folder = folderWith({ 'pipeline.yaml': pipeline })
    expect(await sluice(folder, 'compare', ...args)).toEqual({ code: 2, out: '', err: err.replace('FOLDER', folder) })
  })
})
