import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Plan } from '../../src/plan/plan.ts'
import { Type } from '../../src/plugin/schema.ts'
import { defineStage } from '../../src/plugin/stage.ts'
import { planText } from './planning.ts'

const lines = (plan: Plan | undefined) =>
  plan?.stages.map(({ name, inputs, after }) => {
    const sources = Object.entries(inputs).map(([port, source]) => `${port}=${source.stage}.${source.port}`)
    return [name, ...sources, `after ${after.join(' ') || 'nothing'}`].join(' | ')
  })

test('a whole plan: defaults, absolute locations, what enters the key, places, inputs', async () => {
  const { plan, text } = await planText(
    `name: whole
vars: { stride: 32 }
stages:
  read: { with: { file: ./data.json } }
  tokenize:
    with:
      vocab: vocab.txt
  span: { with: { doc_stride: "\${vars.stride}" } }
  train: { with: { model: m, lr_scheduler: cosine } }
  save: { with: { output_dir: out } }
`,
    { overrides: ['stages.train.with.learning_rate=3e-5'] },
  )
  expect(text).toBe('')
  expect(plan?.name).toBe('whole')
  expect(plan?.file).toBe('<here>/p.yaml')
  expect(lines(plan)).toEqual([
    'read | after nothing',
    'tokenize | examples=read.examples | after read',
    'span | pieces=tokenize.pieces | after tokenize',
    'train | windows=span.windows | after span',
    'save | model=train.model | after train',
  ])
  const [read, , span, train, save] = plan?.stages ?? []
  expect(read?.code).toBe('code of read')
  expect(read?.config).toEqual({ file: '<here>/data.json', for: 'training', version_2_with_negative: false })
  expect(read?.keyConfig).toEqual({ file: null, for: 'training', version_2_with_negative: false })
  expect(read?.locations).toEqual([{ pointer: '/file', path: '<here>/data.json', output: false }])
  expect(span?.keyConfig).toEqual({ max_seq_length: 384, doc_stride: 32, max_query_length: 64 })
  expect(span?.where).toEqual({ '/doc_stride': 'p.yaml:8' })
  expect(train?.config.learning_rate).toBe(3e-5)
  expect(train?.where).toEqual({
    '/model': 'p.yaml:9',
    '/lr_scheduler': 'p.yaml:9',
    '/learning_rate': '--set stages.train.with.learning_rate=3e-5',
  })
  expect(save?.config).toEqual({ output_dir: '<here>/out' })
  expect(save?.keyConfig).toEqual({ output_dir: 'out' })
})

test.each([
  ['false', { evaluate: false }],
  ['true', { evaluate: true, eval_steps: 9 }],
])('what means nothing beside the other values does not enter the key: evaluate: %s', async (evaluate, keyed) => {
  const { plan } = await planText(`stages:
  read: { with: { file: data.json } }
  tokenize: { with: { vocab: vocab.txt } }
  span: {}
  train: { with: { model: m, evaluate: ${evaluate}, eval_steps: 9 } }
`)
  expect(plan?.stages[3]?.keyConfig).toEqual({ model: null, learning_rate: 5e-5, lr_scheduler: 'linear', ...keyed })
})

describe('inputs and order', () => {
  const read = 'read: { with: { file: data.json } }'
  const tokenize = 'tokenize: { with: { vocab: vocab.txt } }'
  const rows: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    [
      'a filter in the chain takes over',
      [read, 'filter: {}', tokenize],
      [
        'read | after nothing',
        'filter | examples=read.examples | after read',
        'tokenize | examples=filter.examples | after filter',
      ],
    ],
    [
      'from names a stage, a port, or all inputs at once',
      [
        read,
        'split: {}',
        'filter: { from: { examples: split.second } }',
        'filter-2: { uses: filter, from: { examples: read } }',
        'filter-3: { uses: filter, from: filter }',
      ],
      [
        'read | after nothing',
        'split | examples=read.examples | after read',
        'filter | examples=split.second | after split',
        'filter-2 | examples=read.examples | after read',
        'filter-3 | examples=filter.examples | after filter',
      ],
    ],
    [
      'an optional input may stay open',
      [read, tokenize, 'span: {}', 'predict: { with: { model: m } }'],
      [
        'read | after nothing',
        'tokenize | examples=read.examples | after read',
        'span | pieces=tokenize.pieces | after tokenize',
        'predict | windows=span.windows | after span',
      ],
    ],
    [
      'from leaves an optional input open',
      [
        read,
        tokenize,
        'span: {}',
        'train: { with: { model: m } }',
        'predict: { from: { model: null }, with: { model: m } }',
      ],
      [
        'read | after nothing',
        'tokenize | examples=read.examples | after read',
        'span | pieces=tokenize.pieces | after tokenize',
        'train | windows=span.windows | after span',
        'predict | windows=span.windows | after span',
      ],
    ],
    [
      'an input that is not matched is connected only where from names it',
      [
        read,
        tokenize,
        'span: {}',
        'train: { with: { model: m } }',
        'judge: {}',
        'judge-2: { uses: judge, from: { eval_windows: span } }',
        'judge-3: { uses: judge, from: train }',
      ],
      [
        'read | after nothing',
        'tokenize | examples=read.examples | after read',
        'span | pieces=tokenize.pieces | after tokenize',
        'train | windows=span.windows | after span',
        'judge | model=train.model | after train',
        'judge-2 | eval_windows=span.windows | model=train.model | after span train',
        'judge-3 | model=train.model | after train',
      ],
    ],
    [
      'from and needs may point forward; otherwise the order is that of the file',
      [
        'filter: { from: { examples: read }, needs: [read-2] }',
        read,
        'read-2: { uses: read, with: { file: data.json } }',
        'read-3: { uses: read, with: { file: data.json } }',
      ],
      [
        'read | after nothing',
        'read-2 | after nothing',
        'filter | examples=read.examples | after read read-2',
        'read-3 | after nothing',
      ],
    ],
    [
      'a location that an earlier stage writes need not exist, and makes an order',
      [
        read,
        tokenize,
        'span: {}',
        'train: { with: { model: m } }',
        'save: { with: { output_dir: out } }',
        'read-2: { uses: read, with: { file: out/data.json } }',
      ],
      [
        'read | after nothing',
        'tokenize | examples=read.examples | after read',
        'span | pieces=tokenize.pieces | after tokenize',
        'train | windows=span.windows | after span',
        'save | model=train.model | after train',
        'read-2 | after save',
      ],
    ],
  ]
  test.each(rows)('%s', async (_, stages, expected) => {
    const { plan, text } = await planText(`stages:\n${stages.map(stage => `  ${stage}\n`).join('')}`)
    expect(text).toBe('')
    expect(lines(plan)).toEqual(expected)
  })
})

describe('addresses', () => {
  const address = 'https://example.org/data.json'
  const yaml = `stages:
  read: { with: { file: "${address}", sha256: ${'A'.repeat(64)} } }
  tokenize: { with: { vocab: hf://o/bert@v1/vocab.txt } }
  span: { with: { max_seq_length: 600 } }
`
  const locations = (plan: Plan | undefined) =>
    plan?.stages.flatMap(stage => stage.locations.map(({ source, pin, ...rest }) => ({ source, pin, ...rest })))

  test('that have not been fetched are taken for files that will be there', async () => {
    const { plan, text } = await planText(yaml)
    expect(text).toBe('')
    const [file, vocab] = locations(plan) ?? []
    expect(file).toMatchObject({
      pointer: '/file',
      path: '<here>/fetched',
      output: false,
      source: { address: { kind: 'file', text: address, url: address }, there: false },
      pin: { sha256: 'a'.repeat(64), pointer: '/sha256' },
    })
    const [from, to] = [yaml.indexOf('hf:'), yaml.indexOf('.txt') + 4]
    expect(vocab).toMatchObject({
      source: { there: false, written: { range: { start: { offset: from }, end: { offset: to } } } },
    })
    expect(vocab?.source?.address).toEqual({
      kind: 'hub',
      text: 'hf://o/bert@v1/vocab.txt',
      type: 'model',
      repo: 'o/bert',
      revision: 'v1',
      file: 'vocab.txt',
    })
    expect(plan?.stages[0]?.keyConfig).toEqual({ file: null, for: 'training', version_2_with_negative: false })
  })

  test('that have been fetched are the files that they are, and checked as such', async () => {
    const addresses = { [address]: { path: '/nowhere/data.json', there: true } }
    const { text } = await planText(yaml, { addresses })
    expect(text).toContain(
      'error[missing-file] p.yaml:2:25: `file` of stage `read` must be an existing file or folder;',
    )
  })
})

test('a digest of a location that is not given is a mistake', async () => {
  const look = defineStage({
    name: 'look',
    version: 1,
    summary: 'Looks.',
    config: Type.Object({
      file: Type.Optional(Type.Location()),
      sha256: Type.Optional(Type.Sha256({ of: 'file' })),
    }),
    run: () => ({}),
  })
  const builtins = { look: async () => ({ default: look }) }
  const { text } = await planText(`stages:\n  look: { with: { sha256: ${'c'.repeat(64)} } }\n`, { builtins })
  expect(
    text,
  ).toBe(`error[pin-of-nothing] p.yaml:2:27: \`sha256\` of stage \`look\` is the digest of \`file\`, which is no location here.
  1 | stages:
> 2 |   look: { with: { sha256: ${'c'.repeat(64)} } }
    |                           ${'^'.repeat(64)}
hint: Write \`file\`, or remove \`sha256\`.`)
})

describe('where a stage must not write', () => {
  const chain = `  read: { with: { file: data.json } }
  tokenize: { with: { vocab: vocab.txt } }
  span: {}
  train: { with: { model: m } }
`
  const rows: readonly (readonly [string, string])[] = [
    ['/', 'it is the root folder'],
    ['/home/someone', 'it is the home folder'],
    ['.', 'it is the folder of the pipeline'],
    ['.sluice', 'it is the cache'],
    ['vocab.txt', 'stage `tokenize` reads it'],
  ]
  test.each(rows)('%s: %s', async (place, why) => {
    const { text } = await planText(`stages:\n${chain}  save: { with: { output_dir: ${place} } }\n`)
    expect(text).toContain(`error[output-dir] p.yaml:6:31: Not there: ${why}.\n`)
  })
  test('but where a later stage reads it back', async () => {
    const { text } = await planText(
      `stages:\n${chain}  save: { with: { output_dir: m2 } }\n  train-2: { uses: train, with: { model: m2 } }\n`,
    )
    expect(text).toBe('')
  })
})

describe('every mistake, as it is printed', () => {
  const page = readFileSync(new URL('mistakes.md', import.meta.url), 'utf8')
  const sections = [...page.matchAll(/^## ([^\n]*)\n+```yaml\n(.*?)```\n+```text\n(.*?)\n```/gms)]
  test.each(sections.map(([, name, yaml, text]) => [name, yaml, text] as const))('%s', async (_, yaml, expected) => {
    const { plan, cells, text } = await planText(yaml ?? '')
    expect(text).toBe(expected)
    expect([plan, cells]).toEqual([undefined, undefined])
  })
})
