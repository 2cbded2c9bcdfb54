import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AnyStage, defineArtifact, defineStage, optional, Type } from 'sluice'
import { checkStage, testStage } from 'sluice/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-testing-'))
  writeFileSync(join(folder, 'in.txt'), 'hello')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const Text = defineArtifact<string>({
  kind: 'Text',
  version: 1,
  schema: Type.String(),
  write: (value, dir) => writeFileSync(join(dir, 'text.txt'), value),
  read: dir => readFileSync(join(dir, 'text.txt'), 'utf8'),
})
const ports = { name: 'x', version: 1, summary: 'A stage of this test.', outputs: { text: Text } } as const
const locations = Type.Object({ file: Type.Location(), copy: Type.Location({ output: true }) })

it('gives all that a stage made, said, read and wrote', async () => {
  const stage = defineStage({
    ...ports,
    config: locations,
    inputs: { end: optional(Text) },
    async run({ config, inputs, progress, step, log, files, wrote, scratch }) {
      await files(join(config.file, 'none'))
      const text = readFileSync((await files(config.file))!, 'utf8') + inputs.end
      progress(1, 2)
      step({ step: 1, loss: 0.5 })
      log.info('one')
      log.warn('two')
      log.result('length', text.length)
      writeFileSync(join(scratch, 'x'), '')
      writeFileSync(config.copy, text)
      await wrote(config.copy)
      return { text }
    },
  })
  expect(await testStage(stage, { folder, config: { file: 'in.txt', copy: 'out.txt' }, inputs: { end: '!' } })).toEqual(
    {
      outputs: { text: 'hello!' },
      warnings: ['two'],
      infos: ['one'],
      results: { length: 6 },
      steps: [{ step: 1, loss: 0.5 }],
      files: [join(folder, 'in.txt/none'), join(folder, 'in.txt')],
      wrote: [join(folder, 'out.txt')],
      problems: [],
      facts: {},
    },
  )
})

it('gives the run what the stage said of the machine, and the packages that it finds', async () => {
  const stage = defineStage({
    ...ports,
    config: Type.Object({ engine: Type.String() }),
    machine: ({ config, probe }) => ({ engine: config.engine, version: probe.package('typebox')!.version }),
    run: context => ({
      text: JSON.stringify([context.machine, context.package('typebox')?.version, context.package('no-such')]),
    }),
  })
  const { outputs } = await testStage(stage, { folder, config: { engine: 'fast' } })
  const [machine, version, absent] = JSON.parse(outputs.text)
  expect([machine, absent]).toEqual([{ engine: 'fast', version }, null])
  expect(version).toMatch(/^1\.\d+\.\d+$/)
})

it.each<[string, Run, string]>([
  [
    'an output that it does not have',
    () => ({ text: '', more: '' }),
    'stage x must return the outputs text; it returned text, more',
  ],
  ['no output', () => ({}), 'stage x must return the outputs text; it returned none'],
  [
    'a file that it did not write',
    async ({ config, files, wrote }) => {
      await files(config.file)
      await wrote(config.copy)
      return { text: '' }
    },
    'the stage says that it wrote FOLDER/out.txt, but there is no such file',
  ],
  [
    'a location that it did not declare',
    ({ config }) => ({ text: readFileSync(config.file, 'utf8') }),
    'stage x must declare with files() what it reads at `file`: it would be reused whatever is there',
  ],
])('refuses %s, as a run does', async (_, run, message) => {
  // A plugin in JavaScript may return anything.
  const stage = defineStage({ ...ports, config: locations, run: run as () => { text: string } })
  const config = { file: 'in.txt', copy: 'out.txt' }
  await expect(testStage(stage, { folder, config })).rejects.toThrow(new Error(message.replace('FOLDER', folder)))
})

describe('asks what a plan asks', () => {
  const stage = defineStage({
    ...ports,
    config: Type.Object({ least: Type.Integer({ default: 3 }) }),
    inputs: { start: Text, end: optional(Text) },
    facts: ({ config, facts }) => ({ least: config.least, connected: Object.keys(facts) }),
    check({ config, facts }) {
      const most = facts.start?.most
      if (most === undefined || Number(most.value) >= config.least) return []
      const message = `Expected at most ${most.value} (${most.where}); found ${config.least}.`
      return [{ code: 'too-many', at: '/least', message, severity: config.least > 9 ? 'warning' : 'error' }]
    },
    run: ({ config, inputs }) => ({ text: inputs.start + config.least }),
  })
  const facts = { start: { most: { value: 2, stage: 'read', where: 'x.yaml:3' } } }
  const inputs = { start: 'a' }

  it('before it runs, with defaults filled in and the facts of connected inputs', async () => {
    const { outputs, problems, facts } = await testStage(stage, { inputs })
    expect([outputs, problems, facts]).toEqual([{ text: 'a3' }, [], { least: 3, connected: ['start'] }])
  })

  it('and does not run what a plan would not let through', async () => {
    const problem = {
      code: 'too-many',
      at: '/least',
      message: 'Expected at most 2 (x.yaml:3); found 3.',
      severity: 'error',
    }
    await expect(testStage(stage, { inputs, facts })).rejects.toMatchObject({ problem })
    expect(await checkStage(stage, { facts })).toEqual({
      problems: [problem],
      facts: { least: 3, connected: ['start'] },
    })
    expect((await testStage(stage, { inputs, facts, unchecked: true })).outputs).toEqual({ text: 'a3' })
    expect((await testStage(stage, { inputs, facts, config: { least: 10 } })).problems).toEqual([
      { ...problem, severity: 'warning', message: 'Expected at most 2 (x.yaml:3); found 10.' },
    ])
  })
})

describe('finds what nobody asks about', () => {
  const good = { ...ports, config: Type.Object({}), run: () => ({ text: 'a' }) }
  const List = defineArtifact<{ words: string[]; scores: Float32Array }>({
    kind: 'list',
    version: 1,
    schema: Type.Object({ word: Type.String({ minLength: 1 }) }),
    write: ({ words, scores }, dir) => writeFileSync(join(dir, 'list.json'), JSON.stringify([words, [...scores]])),
    read(dir) {
      const [words, scores] = JSON.parse(readFileSync(join(dir, 'list.json'), 'utf8'))
      return { words, scores: Float32Array.from(scores) }
    },
    records: ({ words }) => words.map(word => ({ word })),
  })
  const list = () => ({ words: ['a', 'b'], scores: Float32Array.of(1, 2) })
  let count = 0

  it.each<[string, AnyStage, string]>([
    [
      'a stage without a version',
      { ...good, version: undefined } as never,
      'this is not a stage: its `version` must be an integer; found nothing',
    ],
    [
      'a schema that is none',
      { ...good, config: { type: 'objekt' } as never },
      'the schema of stage x is not a JSON Schema: schema is invalid: data/type must be equal to one of the allowed values, data/type must be array, data/type must match a schema in anyOf',
    ],
    [
      'a pattern that is none',
      { ...good, config: Type.Object({ name: Type.String({ pattern: '(' }) }) },
      'the schema of stage x is not a JSON Schema: Invalid regular expression: /(/u: Unterminated group',
    ],
    [
      'a default of another type',
      { ...good, config: Type.Object({ rate: Type.Number({ default: '5e-5' }) }) },
      'the default of `rate` in stage x is not what its schema takes: expected a number; found the string "5e-5"',
    ],
    [
      'a schema of a kind that is none',
      { ...good, outputs: { text: { ...Text, schema: { required: 'text' } as never } } },
      'the schema of the kind Text is not a JSON Schema: schema is invalid: data/required must be array',
    ],
    [
      'a record that is not as its kind says',
      { ...good, outputs: { list: List }, run: () => ({ list: { ...list(), words: ['a', ''] } }) },
      'record 1 of the output `list` of stage x does not fit the schema of the kind list: at `word` expected a text that is not empty; found the string ""',
    ],
    [
      'a record with more than its kind says',
      {
        ...good,
        outputs: { list: { ...List, records: () => [{ word: 'a', wrod: 'b' }] } },
        run: () => ({ list: list() }),
      },
      'record 0 of the output `list` of stage x does not fit the schema of the kind list: there is no `wrod`; it has word',
    ],
    [
      'a record with less than its kind says',
      { ...good, outputs: { list: { ...List, records: () => [{}] } }, run: () => ({ list: list() }) },
      'record 0 of the output `list` of stage x does not fit the schema of the kind list: `word` is missing; expected a text that is not empty',
    ],
    [
      'a stage that sorts its input',
      {
        ...good,
        inputs: { list: List },
        run: ({ inputs }) => ({
          text: (inputs as unknown as { list: { words: string[] } }).list.words.reverse().join(),
        }),
      },
      'stage x changed its input `list` at /words/0: other stages may be given the same value, and must find it as it was',
    ],
    [
      'a stage that computes in the memory of its input',
      {
        ...good,
        inputs: { list: List },
        run({ inputs }) {
          ;(inputs as unknown as { list: { scores: Float32Array } }).list.scores[1]! *= 2
          return { text: 'a' }
        },
      },
      'stage x changed its input `list` at /scores/1: other stages may be given the same value, and must find it as it was',
    ],
    [
      'a codec that forgets',
      {
        ...good,
        outputs: { list: { ...List, read: () => ({ words: ['a', 'b'], scores: Float32Array.of(1, 0) }) } },
        run: () => ({ list: list() }),
      },
      'the kind list does not read back what it wrote: /scores/1 is another',
    ],
    [
      'a codec that writes where it is',
      {
        ...good,
        outputs: {
          text: {
            ...Text,
            write: (_: string, dir: string) => writeFileSync(join(dir, 'text.txt'), dir),
            read: () => 'a',
          },
        },
      },
      'the kind Text writes one value in two ways: text.txt differs. Its files must not depend on the folder, the time or chance',
    ],
    [
      'a stage that comes out otherwise each time',
      { ...good, run: () => ({ text: String(count++) }) },
      'stage x made another `text` when it ran again with the same configuration and inputs: text.txt differs. Its result would depend on when it was made',
    ],
    [
      'a check that points beside the configuration',
      { ...good, check: () => [{ code: 'x', message: 'X.', at: '/rate' }] },
      '`check` of stage x names the parameter `rate`; it has none',
    ],
    [
      'unused parameters that it does not have',
      { ...good, config: Type.Object({ one: Type.Integer({ default: 1 }) }), unused: () => ['two'] },
      '`unused` of stage x names the parameter `two`; it has one',
    ],
  ])('%s', async (_, stage, message) => {
    await expect(testStage(stage, { inputs: { list: list() } })).rejects.toThrow(new Error(message))
  })

  it('nothing of the second run, where that is asked for or the stage is made anew on every run', async () => {
    const stage = { ...good, run: () => ({ text: String(count++) }) }
    await testStage(stage, { inputs: {}, runs: 1 })
    await testStage({ ...stage, always: () => true }, { inputs: {} })
  })
})

interface Context {
  readonly config: { readonly file: string; readonly copy: string }
  files(path: string): Promise<string | undefined>
  wrote(path: string): Promise<void>
}
type Run = (context: Context) => object
