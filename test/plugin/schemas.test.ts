import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { currentReference, currentSchemas, staleSchemas } from '../../src/cli/emit-schemas.ts'
import { emitSchemas } from '../../src/plugin/emit-schemas.ts'
import { Type } from '../../src/plugin/schema.ts'
import { toyStages } from '../plan/toy-stages.ts'

const folder = fileURLToPath(new URL('../../schemas', import.meta.url))

test('the committed schemas are those of the stages (`npm run schemas` writes them)', async () => {
  expect(staleSchemas(folder, await currentSchemas())).toEqual([])
})

test('so is docs/stages.md, which people read', async () => {
  const page = readFileSync(fileURLToPath(new URL('../../docs/stages.md', import.meta.url)), 'utf8')
  expect(page === (await currentReference()), '`npm run schemas` writes it').toBe(true)
})

describe('the schema of a stage and of other things', () => {
  test('as people write them: defaults may be left out, unknown keys may not be there', async () => {
    const { default: span } = await toyStages.span!()
    const files = emitSchemas({ stages: new Map([['span', span]]), others: { event: Type.Object({ a: Type.Null() }) } })
    expect(Object.keys(files)).toEqual([
      'pipeline.schema.json',
      'event.schema.json',
      'stages/span.schema.json',
      'artifacts/Pieces.schema.json',
      'artifacts/Windows.schema.json',
    ])
    expect(JSON.parse(files['stages/span.schema.json'] ?? '')).toEqual({
      $schema: 'https://json-schema.org/draft/2019-09/schema',
      title: 'span',
      description: 'Cuts windows.',
      type: 'object',
      properties: {
        max_seq_length: { type: 'integer', minimum: 5, default: 384 },
        doc_stride: { type: 'integer', minimum: 1, default: 128 },
        max_query_length: { type: 'integer', minimum: 1, default: 64 },
        log_examples: { type: 'integer', minimum: 0, default: 20, 'x-key': false },
      },
      additionalProperties: false,
    })
    expect(JSON.parse(files['artifacts/Windows.schema.json'] ?? '')).toEqual({
      $schema: 'https://json-schema.org/draft/2019-09/schema',
      title: 'Windows',
      type: 'string',
    })
  })
})

describe('pipeline.schema.json', () => {
  const ajv = new Ajv({ strict: false, allErrors: true })
  const check = ajv.compile(JSON.parse(readFileSync(`${folder}/pipeline.schema.json`, 'utf8')))
  const places = (yaml: string): string[] => {
    if (check(parse(yaml))) return []
    const real = (check.errors ?? []).filter(({ keyword }) => !['if', 'anyOf', 'allOf'].includes(keyword))
    return [...new Set(real.map(error => `${error.instancePath} ${Object.values(error.params)[0] ?? ''}`.trim()))]
  }

  const repository = fileURLToPath(new URL('../..', import.meta.url))
  const ours = readdirSync(`${repository}/pipelines`)
    .filter(name => name.endsWith('.yaml'))
    .map(name => `pipelines/${name}`)
  // One is wrong on purpose, the other asks for checkpoints, which `train` does not make.
  const refused = ['64-misspelt-parameter', '65-resume-gives-the-same-weights']
  const cases = readdirSync(`${repository}/test/cases`)
    .filter(name => !refused.includes(name))
    .map(name => `test/cases/${name}/pipeline.yaml`)
    .filter(file => existsSync(`${repository}/${file}`))
  test.each([...ours, ...cases])('takes %s', file =>
    expect(places(readFileSync(`${repository}/${file}`, 'utf8'))).toEqual([]),
  )
  test('finds what is misspelt in case 64', () => {
    const yaml = readFileSync(`${repository}/test/cases/64-misspelt-parameter/pipeline.yaml`, 'utf8')
    expect(places(yaml)).toEqual(
      expect.arrayContaining([
        'stage',
        '/stages/span/with max_seq_len',
        '/stages/span/with doc-stride',
        '/stages/span/with learning_rate',
        '/stages/span2/with/doc_stride integer',
        '/stages/train/with lr',
      ]),
    )
  })

  const right: readonly (readonly [string, string])[] = [
    ['a stage by its name', 'stages: { read: { with: { file: a.json } } }'],
    ['a stage by `uses`', 'stages: { dev: { uses: read, with: { file: a.json, for: evaluation } } }'],
    ['an empty stage', 'stages: { span: , cache: {} }'],
    ['a file, a package', 'stages: { mine: { uses: ./x.ts, with: { any: 1 } }, yours: { uses: pkg/x } }'],
    ['a built-in name that means another stage', 'stages: { read: { uses: ./x.ts, with: { any: 1 } } }'],
    ['references', 'stages: { span: { with: { doc_stride: "${vars.x}", max_seq_length: "${env.N}" } } }'],
    ['all parameters as one reference', 'stages: { read: { with: "${vars.read}" } }'],
    ['from and needs', 'stages: { span: { from: tokenize, needs: [a] }, b: { uses: span, from: { pieces: a.b } } }'],
    [
      'variables and profiles',
      '{ name: x, vars: { a: { b: [1] } }, profiles: { quick: { vars: { a: 1 }, stages: { train: { with: { max_steps: 2 }, from: { eval_windows: dev, x: null } }, mine: { with: { n: 1 } } } } }, stages: { span: {} } }',
    ],
  ]
  test.each(right)('takes %s', (_, yaml) => expect(places(yaml)).toEqual([]))

  const wrong: readonly (readonly [string, string, readonly string[]])[] = [
    ['no stages', 'name: x', ['stages']],
    ['an unknown key', 'stage: {}\nstages: { span: {} }', ['stage']],
    ['a stage of no kind', 'stages: { mine: { with: {} } }', ['/stages/mine uses']],
    ['an unknown parameter', 'stages: { span: { with: { doc_strid: 1 } } }', ['/stages/span/with doc_strid']],
    [
      'an unknown parameter by `uses`',
      'stages: { s: { uses: span, with: { doc_strid: 1 } } }',
      ['/stages/s/with doc_strid'],
    ],
    ['a missing parameter', 'stages: { read: { with: {} } }', ['/stages/read/with file']],
    ['a missing `with`', 'stages: { read: {} }', ['/stages/read with']],
    ['a key beside `with`', 'stages: { span: { doc_stride: 3 } }', ['/stages/span doc_stride']],
    [
      'an unknown parameter in a profile',
      '{ profiles: { a: { stages: { span: { with: { x: 1 } } } } }, stages: { span: {} } }',
      ['/profiles/a/stages/span/with x'],
    ],
  ]
  test.each(wrong)('refuses %s', (_, yaml, expected) => expect(places(yaml)).toEqual(expected))

  test('refuses a value of a wrong type', () => {
    expect(places('stages: { span: { with: { doc_stride: 1.5 } } }')[0]).toBe('/stages/span/with/doc_stride integer')
  })
})
