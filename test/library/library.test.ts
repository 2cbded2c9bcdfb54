import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDiagnosticsError, loadPipeline, type PipelineOptions, plan, type RunEvent, run } from 'sluice'
import { describe, expect, test } from 'vitest'
import { folderWith } from '../cli/sluice.ts'

const count = `
import { defineArtifact, defineStage, stageError, Type } from 'sluice'
import { readFileSync, writeFileSync } from 'node:fs'

const Numbers = defineArtifact({
  kind: 'numbers',
  version: 1,
  schema: Type.Integer(),
  write: (numbers, dir) => writeFileSync(dir + '/numbers.json', JSON.stringify(numbers)),
  read: dir => JSON.parse(readFileSync(dir + '/numbers.json', 'utf8')),
})

export default defineStage({
  name: 'count',
  version: 1,
  summary: 'Counts.',
  config: Type.Object({ to: Type.Integer({ minimum: 1 }), wait: Type.Boolean({ default: false }) }),
  outputs: { numbers: Numbers },
  async run({ config: { to, wait }, signal, log }) {
    if (to === 13) throw stageError({ code: 'unlucky', message: 'Expected another number than 13.' })
    if (to === 14) throw new TypeError('x is not a function')
    log.warn('counting is slow')
    if (wait) await new Promise((resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    return { numbers: Array.from({ length: to }, (_, i) => i + 1) }
  },
})
`
const add = `
import { defineArtifact, defineStage, Type } from 'sluice'
import { readFileSync, writeFileSync } from 'node:fs'

const of = kind => defineArtifact({
  kind,
  version: 1,
  schema: Type.Integer(),
  write: (value, dir) => writeFileSync(dir + '/' + kind + '.json', JSON.stringify(value)),
  read: dir => JSON.parse(readFileSync(dir + '/' + kind + '.json', 'utf8')),
})

export default defineStage({
  name: 'add',
  version: 1,
  summary: 'Adds.',
  config: Type.Object({}),
  inputs: { numbers: of('numbers') },
  outputs: { sum: of('sum') },
  run: ({ inputs: { numbers } }) => ({ sum: numbers.reduce((one, other) => one + other) }),
})
`
const yaml = `
vars: { to: 3 }
profiles:
  more: { vars: { to: 4 } }
stages:
  count: { uses: ./count.ts, with: { to: "\${vars.to}" } }
  add: { uses: ./add.ts }
`
const files = { 'demo.yaml': yaml, 'count.ts': count, 'add.ts': add }

/** A folder with the pipeline, and what loads it from there. */
const project = (more: Readonly<Record<string, string>> = {}) => {
  const folder = folderWith({ ...files, ...more })
  const load = (options: PipelineOptions = {}) =>
    loadPipeline(join(folder, 'demo.yaml'), { cacheDir: join(folder, 'kept'), ...options })
  return { folder, load }
}

/** The message of what is thrown, without the folder. */
const thrown = async (promise: Promise<unknown>, folder: string) => {
  const error = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!isDiagnosticsError(error)) throw error
  return { codes: error.diagnostics.map(({ code }) => code), message: error.message.replaceAll(folder, '<here>') }
}

describe('a pipeline in a program', () => {
  test('is planned, run, and read', async () => {
    const { folder, load } = project()
    const pipeline = await load()
    const before = await plan(pipeline)
    expect(
      before.stages.map(({ stage, uses, status, config, inputs }) => ({ stage, uses, status, config, inputs })),
    ).toEqual([
      { stage: 'count', uses: './count.ts', status: 'would-run', config: { to: 3, wait: false }, inputs: {} },
      {
        stage: 'add',
        uses: './add.ts',
        status: 'unknown',
        config: {},
        inputs: { numbers: { stage: 'count', port: 'numbers' } },
      },
    ])

    const events: RunEvent[] = []
    const { status, stages, diagnostics } = await run(pipeline, { onEvent: event => events.push(event) })
    expect([status, diagnostics]).toEqual(['done', []])
    expect(Object.entries(stages).map(([name, stage]) => [name, stage.status])).toEqual([
      ['count', 'ran'],
      ['add', 'ran'],
    ])
    expect(await stages.count?.outputs.numbers?.read()).toEqual([1, 2, 3])
    const sum = stages.add?.outputs.sum
    expect(sum?.kind).toBe('sum')
    expect(sum?.folder.startsWith(join(folder, 'kept'))).toBe(true)
    expect(readFileSync(join(sum!.folder, 'sum.json'), 'utf8')).toBe('6')
    expect(events.filter(({ event }) => event === 'log')).toEqual([
      { event: 'log', stage: 'count', level: 'warn', message: 'counting is slow' },
    ])

    const after = await plan(pipeline)
    expect(after.stages.map(({ status, key }) => [status, key])).toEqual([
      ['cached', stages.count?.key],
      ['cached', stages.add?.key],
    ])
  })

  test('takes values and a profile', async () => {
    const { load } = project()
    const sumOf = async (options: PipelineOptions) => (await run(await load(options))).stages.add?.outputs.sum?.read()
    expect(await sumOf({ profile: 'more' })).toBe(10)
    expect(await sumOf({ profile: 'more', set: { 'vars.to': 5 } })).toBe(15)
    expect(await sumOf({ set: { 'stages.count.with.to': 2, 'stages.count.with': { to: 1 } } })).toBe(1)
  })

  test('with a matrix is a run for each of its cells', async () => {
    const { folder, load } = project({
      'demo.yaml': `${yaml}matrix: { to: [3, 4], stages.count.with.wait: [false] }\n`,
    })
    const pipeline = await load()
    expect(pipeline.cells).toEqual([
      { 'vars.to': 3, 'stages.count.with.wait': false },
      { 'vars.to': 4, 'stages.count.with.wait': false },
    ])
    const sums: unknown[] = []
    for (const set of pipeline.cells!) sums.push(await (await run(await load({ set }))).stages.add?.outputs.sum?.read())
    expect(sums).toEqual([6, 10])
    const whichCell = {
      codes: ['which-cell'],
      message: `error[which-cell] <here>/demo.yaml:8:1: The matrix of \`demo\` has 2 cells; \`plan\` and \`run\` take one.
  6 |   count: { uses: ./count.ts, with: { to: "\${vars.to}" } }
  7 |   add: { uses: ./add.ts }
> 8 | matrix: { to: [3, 4], stages.count.with.wait: [false] }
    | ^^^^^^
hint: Choose it: \`loadPipeline(file, { set: { 'vars.to': 3, 'stages.count.with.wait': false } })\`; all are in \`pipeline.cells\`.`,
    }
    expect(await thrown(plan(pipeline), folder)).toEqual(whichCell)
    expect(await thrown(run(pipeline), folder)).toEqual(whichCell)
  })

  test('runs a part; what is left out is read from the cache', async () => {
    const { folder, load } = project()
    const pipeline = await load()
    const lacking = await run(pipeline, { only: 'add' })
    expect([lacking.status, lacking.diagnostics]).toEqual([
      'failed',
      [
        {
          severity: 'error',
          code: 'not-in-cache',
          message: 'Stage add needs the result of count, which is not in the cache.',
          hint: "Make it first: `run(pipeline, { until: 'count' })`.",
        },
      ],
    ])
    const first = await run(pipeline, { until: 'count' })
    expect(first.stages.add).toEqual({ status: 'skipped', outputs: {} })
    const rest = await run(pipeline, { only: 'add', force: ['add'] })
    expect(rest.stages.count?.status).toBe('skipped')
    expect(await rest.stages.count?.outputs.numbers?.read()).toEqual([1, 2, 3])
    expect(await thrown(run(pipeline, { force: ['sum'], until: 'add' }), folder)).toEqual({
      codes: ['unknown-stage'],
      message: 'There is no stage `sum`.',
    })
    expect((await plan(pipeline, { only: 'add' })).stages.map(({ stage }) => stage)).toEqual(['add'])
  })

  test('ends when the signal says so', async () => {
    const { load } = project()
    const control = new AbortController()
    const onEvent = (event: RunEvent) => {
      if (event.event === 'log') control.abort()
    }
    const { status, stages } = await run(await load({ set: { 'stages.count.with.wait': true } }), {
      signal: control.signal,
      onEvent,
    })
    expect([status, stages.count?.status, stages.add?.status]).toEqual(['interrupted', 'interrupted', 'skipped'])
  })

  test.each([
    [13, { severity: 'error', code: 'unlucky', message: 'Expected another number than 13.' }],
    [
      14,
      {
        severity: 'error',
        code: 'stage-bug',
        message: 'Stage `count` failed: x is not a function. This is a mistake in the stage, not in the pipeline.',
      },
    ],
  ])('says why a stage failed: %d', async (to, diagnostic) => {
    const { load } = project()
    const { status, stages, diagnostics } = await run(await load({ set: { 'vars.to': to } }))
    expect([status, stages.count?.status, stages.add?.status]).toEqual(['failed', 'failed', 'skipped'])
    expect(diagnostics).toEqual([diagnostic])
  })

  test('refuses to read an output as another kind, or a damaged one', async () => {
    const { folder, load } = project()
    const output = (await run(await load())).stages.count!.outputs.numbers!
    const other = { kind: 'sum', version: 1, schema: {}, write: () => {}, read: () => 1 }
    expect(await thrown(output.read(other), folder)).toEqual({
      codes: ['wrong-kind'],
      message: '`count.numbers` is of the kind `numbers`, not `sum`.',
    })
    const file = join(output.folder, 'numbers.json')
    chmodSync(file, 0o600)
    writeFileSync(file, '[4]')
    expect(await thrown(output.read(), folder)).toEqual({
      codes: ['damaged-result'],
      message: 'The result `count.numbers` is damaged: numbers.json was changed.',
    })
  })

  test('tells all mistakes of all layers in one error, as the command line prints them', async () => {
    const { folder, load } = project({
      'demo.yaml':
        'vars: { to: many }\nstage: {}\nstages:\n  count: { uses: ./count.ts, with: { to: "${vars.to}" } }\n  add: { uses: ./ad.ts }\n',
    })
    const pipeline = await load({ set: { 'vars.too': 1 } })
    expect(pipeline.diagnostics.map(({ code }) => code)).toEqual(['unknown-variable', 'unknown-key'])
    const { codes, message } = await thrown(run(pipeline), folder)
    expect(codes).toEqual(['unknown-variable', 'unknown-key', 'wrong-value', 'stage-file'])
    await expect(message).toMatchFileSnapshot('mistakes.out')
    expect(await thrown(plan(pipeline), folder)).toEqual({ codes, message })
  })

  test.each([
    ['a: [', ['unknown-key', 'missing-stages', 'yaml-syntax']],
    ['[]', ['wrong-type']],
    ['stages: 1', ['wrong-type']],
  ])('nothing can be made of %s', async (text, codes) => {
    const { folder, load } = project({ 'demo.yaml': text })
    expect((await thrown(load(), folder)).codes).toEqual(codes)
  })
})
