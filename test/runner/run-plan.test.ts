import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { list } from '../../src/cache/list.ts'
import { openScratch } from '../../src/cache/scratch.ts'
import { openStore } from '../../src/cache/store.ts'
import type { Plan } from '../../src/plan/plan.ts'
import { defineArtifact } from '../../src/plugin/artifact.ts'
import { Type } from '../../src/plugin/schema.ts'
import { type AnyStage, defineStage, type RunContext } from '../../src/plugin/stage.ts'
import { stageError } from '../../src/plugin/stage-error.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import { cacheOf, chain, filesIn, measure, planOf, readText, run, shout, Text, temporaryFolder, write } from './rig.ts'

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
  write(join(folder, 'in.txt'), 'hello?')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

// biome-ignore lint/suspicious/noExplicitAny: stages of every shape, right and wrong ones.
type Work = (context: RunContext<any, any>) => any
const stage = (run: Work, more: Partial<AnyStage> = {}): AnyStage =>
  defineStage({ name: 'x', version: 1, summary: 'A stage of this test.', config: Type.Object({}), ...more, run })

const without = (events: readonly RunEvent[], ...names: readonly string[]): object[] =>
  events.map(event => Object.fromEntries(Object.entries(event).filter(([name]) => !names.includes(name))))

describe('events', () => {
  it('tell the whole run, and on reuse what the stages said', async () => {
    const plan = chain(folder)
    const warning = { event: 'log', stage: 'read', level: 'warn', message: 'there is a question in it' }
    const result = { event: 'result', stage: 'measure', name: 'length', value: 7 }
    const begin = {
      event: 'run',
      status: 'started',
      pipeline: 'test',
      file: plan.file,
      stages: ['read', 'shout', 'measure'],
    }
    const first = (await run(plan)).events
    expect(
      without(
        first.filter(({ event }) => event !== 'progress'),
        'ms',
      ),
    ).toEqual([
      begin,
      { event: 'stage', name: 'read', status: 'started' },
      warning,
      { event: 'stage', name: 'read', status: 'ran', bytes: 6 },
      { event: 'stage', name: 'shout', status: 'started' },
      { event: 'stage', name: 'shout', status: 'ran', bytes: 7 },
      { event: 'stage', name: 'measure', status: 'started' },
      result,
      { event: 'stage', name: 'measure', status: 'ran', bytes: 1 },
      { event: 'run', status: 'done' },
    ])
    expect(without((await run(plan)).events, 'ms')).toEqual([
      begin,
      { ...warning, reused: true },
      { event: 'stage', name: 'read', status: 'cached', bytes: 6 },
      { event: 'stage', name: 'shout', status: 'cached', bytes: 7 },
      { ...result, reused: true },
      { event: 'stage', name: 'measure', status: 'cached', bytes: 1 },
      { event: 'run', status: 'done' },
    ])
  })

  it('pass progress on ten times a second at most, and its last report always', async () => {
    const busy = stage(async ({ progress, step }) => {
      for (let done = 1; done <= 300; done++) {
        progress(done, 1000, { loss: 1 / done })
        if (done % 100 === 0) step({ step: done, event: 0 })
        await sleep(1)
      }
    })
    const { events } = await run(planOf(folder, { busy: { definition: busy } }))
    const progress = events.filter(({ event }) => event === 'progress')
    expect(progress.length).toBeGreaterThan(2)
    const seconds =
      (events.find(event => event.event === 'stage' && event.status === 'ran') as { ms: number }).ms / 1000
    expect(progress.length).toBeLessThan(10 * seconds + 3)
    expect(progress.at(-1)).toEqual({
      event: 'progress',
      stage: 'busy',
      done: 300,
      total: 1000,
      numbers: { loss: 1 / 300 },
    })
    expect(events.flatMap(event => (event.event === 'step' ? [event.step] : []))).toEqual([100, 200, 300])
  })
})

describe('a stage that fails', () => {
  const after = { definition: stage(() => {}), needs: ['bad'] }
  const failing = (definition: AnyStage, more = {}) => planOf(folder, { bad: { definition, ...more }, after })

  it('with a mistake of the user: shows the place in the JSON file', async () => {
    const file = join(folder, 'data.json')
    write(file, '\ufeff{\n  "data": [{"a": "x\\"]"}, {"b": [1,\n    {"c": 0, "d": "wrong"}]}]\n}')
    const bad = stage(() => {
      throw stageError({
        code: 'bad-data',
        message: 'Expected a number.',
        file,
        pointer: '/data/1/b/1/d',
        hint: 'Fix it.',
      })
    })
    const { events, status, exitCode, stages } = await run(failing(bad))
    expect({ status, exitCode, stages }).toEqual({
      status: 'failed',
      exitCode: 1,
      stages: { bad: 'failed', after: 'skipped' },
    })
    const [diagnostic] = events.flatMap(event => (event.event === 'diagnostic' ? [event.diagnostic] : []))
    const { range, ...rest } = diagnostic!
    expect(rest).toEqual({ severity: 'error', code: 'bad-data', message: 'Expected a number.', hint: 'Fix it.' })
    expect([range!.source.name, range!.start.line, range!.start.column, range!.end.column]).toEqual([file, 3, 19, 26])
    expect(without(events, 'ms').slice(-3)).toEqual([
      { event: 'stage', name: 'bad', status: 'failed' },
      { event: 'stage', name: 'after', status: 'skipped', reason: 'bad failed' },
      { event: 'run', status: 'failed' },
    ])
  })

  it.each<[string, { file?: string; pointer?: string }, string, number[] | undefined]>([
    ['a line and a column', { file: 'x.txt', pointer: '2:3' }, 'Wrong.', [2, 3]],
    ['no place', {}, 'Wrong.', undefined],
    ['a file alone', { file: 'x.txt' }, 'FOLDER/x.txt: Wrong.', undefined],
    ['a pointer into what is missing', { file: 'x.json', pointer: '/a/7/b' }, 'Wrong.', [1, 7]],
    ['a pointer into a packed file', { file: 'x.gz', pointer: '/a' }, 'FOLDER/x.gz#/a: Wrong.', undefined],
    ['a pointer into a file that is gone', { file: 'gone', pointer: '/a' }, 'FOLDER/gone#/a: Wrong.', undefined],
  ])('with %s', async (_, { file, pointer }, message, place) => {
    write(join(folder, 'x.txt'), 'one\ntwo three')
    write(join(folder, 'x.json'), '{"a": [1, 2]}')
    writeFileSync(join(folder, 'x.gz'), Buffer.from('1f8b0800000000', 'hex'))
    const bad = stage(() => {
      throw stageError({
        code: 'wrong',
        message: 'Wrong.',
        ...(file && { file: join(folder, file) }),
        ...(pointer && { pointer }),
      })
    })
    const { events } = await run(failing(bad))
    const [diagnostic] = events.flatMap(event => (event.event === 'diagnostic' ? [event.diagnostic] : []))
    expect(diagnostic!.message.replace(folder, 'FOLDER')).toBe(message)
    const start = diagnostic!.range?.start
    expect(start && [start.line, start.column]).toEqual(place)
  })

  it.each<[string, AnyStage, string]>([
    [
      'an exception',
      stage(() => {
        throw new TypeError('x is not a function')
      }),
      'x is not a function',
    ],
    ['a thrown string', stage(() => Promise.reject('oh')), 'oh was thrown'],
    [
      'a missing output',
      stage(() => ({}), { outputs: { text: Text } }),
      'stage bad must return the outputs text; it returned none',
    ],
    [
      'another output',
      stage(() => ({ txt: '', text: '' }), { outputs: { text: Text } }),
      'stage bad must return the outputs text; it returned txt, text',
    ],
    ['an output too many', stage(() => ({ text: '' })), 'stage bad must return the outputs none; it returned text'],
    [
      'a file it did not write',
      stage(({ wrote }) => wrote('/nowhere/x'), { effect: true }),
      'the stage says that it wrote /nowhere/x, but there is no such file',
    ],
    [
      'an effect that it says nothing of',
      stage(() => {}, { effect: true }),
      'stage bad is marked `effect: true` and must declare with wrote() what it wrote: it would be reused after that is gone',
    ],
    [
      'an effect that nobody was told of',
      stage(({ wrote }) => wrote(import.meta.filename)),
      'stage bad writes outside the cache: it must be marked `effect: true`, or have an output location',
    ],
    [
      'an artifact kind that throws',
      stage(() => ({ text: 1 }), { outputs: { text: Text } }),
      'The "data" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received type number (1)',
    ],
  ])('with %s: is our bug', async (_, definition, message) => {
    const { events, status, exitCode } = await run(failing(definition))
    expect([status, exitCode]).toEqual(['failed', 1])
    const bugs = events.filter(event => event.event === 'bug')
    expect(bugs.map(bug => [bug.stage, bug.message])).toEqual([['bad', message]])
    expect(readdirSync(join(folder, '.sluice/v1/tmp'))).toEqual([])
    expect((await run(failing(definition))).stages.bad).toBe('failed')
  })

  it('keeps what was made before it, and lets others go on where asked to', async () => {
    const plan = planOf(folder, {
      read: { definition: readText, config: { file: join(folder, 'in.txt') }, reads: ['/file'] },
      bad: {
        definition: stage(() => {
          throw new Error('x')
        }),
      },
      after: { definition: stage(() => {}), needs: ['bad'] },
      shout: { definition: shout, config: { end: '' }, inputs: { text: { stage: 'read', port: 'text' } } },
    })
    expect((await run(plan)).stages).toEqual({ read: 'ran', bad: 'failed', after: 'skipped', shout: 'skipped' })
    expect((await run(plan, { keepGoing: true })).stages).toEqual({
      read: 'cached',
      bad: 'failed',
      after: 'skipped',
      shout: 'ran',
    })
  })

  it('with a file that cannot be read, or that changes while it runs', async () => {
    const file = join(folder, 'in.txt')
    const config = { file }
    const changing = stage(async ({ files }) => {
      await files(file)
      writeFileSync(file, 'changed')
    })
    const { events } = await run(failing(changing, { config, reads: ['/file'] }))
    const [diagnostic] = events.flatMap(event => (event.event === 'diagnostic' ? [event.diagnostic] : []))
    expect(diagnostic).toEqual({
      severity: 'error',
      code: 'file-changed',
      message: `${file}: Expected the file to stay as it is while the stage runs, but it was changed meanwhile.`,
      hint: 'Run again when nothing writes to it.',
    })
    expect(await list(await openStore(cacheOf(chain(folder)), { readOnly: true }))).toEqual([])
  })
})

describe('an interruption', () => {
  it('ends the stage and skips the rest', async () => {
    const control = new AbortController()
    const slow = stage(async ({ signal }) => {
      setTimeout(() => control.abort(), 20)
      await sleep(60_000, undefined, { signal })
    })
    const plan = planOf(folder, { slow: { definition: slow }, after: { definition: stage(() => {}) } })
    const { status, exitCode, events } = await run(plan, { signal: control.signal })
    expect([status, exitCode]).toEqual(['interrupted', 130])
    expect(without(events, 'ms').slice(1)).toEqual([
      { event: 'stage', name: 'slow', status: 'started' },
      { event: 'stage', name: 'slow', status: 'interrupted' },
      { event: 'stage', name: 'after', status: 'skipped', reason: 'interrupted' },
      { event: 'run', status: 'interrupted' },
    ])
  })

  it('keeps nothing of a stage that ends early as if it had ended well', async () => {
    const control = new AbortController()
    const early = stage(
      () => {
        control.abort()
        return { text: 'half' }
      },
      { outputs: { text: Text } },
    )
    const plan = planOf(folder, { early: { definition: early } })
    expect((await run(plan, { signal: control.signal })).status).toBe('interrupted')
    expect(Object.keys(filesIn(join(folder, '.sluice/v1'))).filter(path => !path.startsWith('runs'))).toEqual([])
  })

  it('leaves a stage behind that does not heed it', async () => {
    const control = new AbortController()
    let release = (): void => {}
    const deaf = stage(({ log }) => {
      control.abort()
      return new Promise<void>(resolve => {
        release = () => {
          log.info('too late')
          resolve()
        }
      })
    })
    const { status, events } = await run(planOf(folder, { deaf: { definition: deaf } }), {
      signal: control.signal,
      graceMs: 50,
    })
    expect(status).toBe('interrupted')
    release()
    await sleep(5)
    expect(events.some(({ event }) => event === 'log')).toBe(false)
    expect(readdirSync(join(folder, '.sluice/v1/locks'))).toEqual([])
  })

  it('waits for a stage that heeds it, and has something to keep first', async () => {
    const control = new AbortController()
    const kept: string[] = []
    const heeding = stage(
      async ({ signal }) => {
        control.abort()
        await sleep(200)
        kept.push('all')
        signal.throwIfAborted()
      },
      { heedsSignal: true },
    )
    const plan = planOf(folder, { heeding: { definition: heeding } })
    const { status } = await run(plan, { signal: control.signal, graceMs: 1 })
    expect([status, kept]).toEqual(['interrupted', ['all']])
  })

  it('comes between reading the inputs and running', async () => {
    const control = new AbortController()
    const calls: string[] = []
    const Aborting = defineArtifact<string>({
      ...Text,
      read(dir) {
        control.abort()
        return Text.read(dir)
      },
    })
    const plan = (code: string) =>
      planOf(folder, {
        one: { definition: stage(() => ({ text: 'one' }), { outputs: { text: Aborting } }) },
        two: {
          definition: stage(() => void calls.push(code), { inputs: { text: Aborting } }),
          inputs: { text: { stage: 'one', port: 'text' } },
          code,
        },
      })
    await run(plan('1'))
    const { exitCode, stages } = await run(plan('2'), { signal: control.signal })
    expect([exitCode, stages, calls]).toEqual([130, { one: 'cached', two: 'interrupted' }, ['1']])
  })

  it('comes before the first stage', async () => {
    const { status, stages } = await run(chain(folder), { signal: AbortSignal.abort() })
    expect([status, stages]).toEqual(['interrupted', { read: 'skipped', shout: 'skipped', measure: 'skipped' }])
  })
})

describe('values', () => {
  it('go to later stages in memory, and from the disk only where they were not just made', async () => {
    let reads = 0
    const Counted = defineArtifact<string>({
      ...Text,
      read(dir) {
        reads++
        return Text.read(dir)
      },
    })
    const one = stage(() => ({ text: 'one' }), { outputs: { text: Counted } })
    const two = stage(({ inputs }) => ({ text: `${(inputs as { text: string }).text} two` }), {
      inputs: { text: Counted },
      outputs: { text: Counted },
    })
    const plan = (code: string) =>
      planOf(folder, {
        one: { definition: one },
        a: { definition: two, inputs: { text: { stage: 'one', port: 'text' } }, code },
        b: { definition: two, inputs: { text: { stage: 'one', port: 'text' } }, code: `${code}b` },
        c: { definition: two, inputs: { text: { stage: 'a', port: 'text' } }, code },
      })
    expect((await run(plan('1'))).stages).toEqual({ one: 'ran', a: 'ran', b: 'ran', c: 'ran' })
    expect(reads).toBe(0)
    expect((await run(plan('2'))).stages).toEqual({ one: 'cached', a: 'ran', b: 'ran', c: 'ran' })
    expect(reads).toBe(1)
    expect((await run(plan('2'))).stages).toEqual({ one: 'cached', a: 'cached', b: 'cached', c: 'cached' })
    expect(reads).toBe(1)
  })

  it('leave optional inputs that are not connected undefined', async () => {
    const seen: unknown[] = []
    const open = stage(({ inputs }) => void seen.push(inputs), { inputs: { text: { optional: true, kind: Text } } })
    await run(planOf(folder, { open: { definition: open } }))
    expect(seen).toEqual([{}])
  })
})

describe('selected stages', () => {
  it('take what they need from the cache, and say where it is not there', async () => {
    const plan = chain(folder)
    const only = { select: new Set(['measure']), howToMake: (stage: string) => `Run ${stage}.` }
    const { status, events } = await run(plan, only)
    expect(status).toBe('failed')
    expect(events.flatMap(event => (event.event === 'diagnostic' ? [event.diagnostic] : []))).toEqual([
      {
        severity: 'error',
        code: 'not-in-cache',
        message: 'Stage measure needs the result of shout, which is not in the cache.',
        hint: 'Run shout.',
      },
    ])
    expect((await run(plan, { select: new Set(['read', 'shout']) })).stages).toEqual({
      read: 'ran',
      shout: 'ran',
      measure: 'skipped',
    })
    expect((await run(plan, only)).stages).toEqual({ read: 'skipped', shout: 'skipped', measure: 'ran' })
  })
})

describe('a stage that writes outside the cache', () => {
  const save = (folder: string) => {
    const definition = defineStage({
      name: 'save',
      version: 1,
      summary: 'Writes the text into a folder.',
      config: Type.Object({ output_dir: Type.Location({ output: true }) }),
      inputs: { text: Text },
      effect: true,
      async run({ config, inputs, wrote }) {
        write(join(config.output_dir, 'text.txt'), inputs.text)
        await wrote(join(config.output_dir, 'text.txt'))
      },
    })
    return planOf(folder, {
      read: { definition: readText, config: { file: join(folder, 'in.txt') }, reads: ['/file'] },
      save: {
        definition,
        config: { output_dir: join(folder, 'out') },
        writes: ['/output_dir'],
        inputs: { text: { stage: 'read', port: 'text' } },
      },
    })
  }
  it('runs again when what it wrote was removed or changed, and only then', async () => {
    const written = join(folder, 'out/text.txt')
    expect((await run(save(folder))).stages.save).toBe('ran')
    expect((await run(save(folder))).stages.save).toBe('cached')
    rmSync(join(folder, 'out'), { recursive: true })
    expect((await run(save(folder))).stages).toEqual({ read: 'cached', save: 'ran' })
    writeFileSync(written, 'mine')
    expect((await run(save(folder))).stages).toEqual({ read: 'cached', save: 'ran' })
    expect(readFileSync(written, 'utf8')).toBe('hello?')
    expect((await run(save(folder))).stages.save).toBe('cached')
  })
})

describe('an input location', () => {
  const definition = (work: Work) => stage(work, { config: Type.Object({ list: Type.Array(Type.Location()) }) })
  const plan = (work: Work, list: readonly string[], keyConfig: Plan['stages'][number]['keyConfig']) => {
    const { stages, ...rest } = planOf(folder, { x: { definition: definition(work), config: { list } } })
    const locations = list.map((path, index) => ({ pointer: `/list/${index}`, path, output: false }))
    return { ...rest, stages: stages.map(each => ({ ...each, keyConfig, locations })) }
  }
  const bugs = (events: readonly RunEvent[]) => events.flatMap(event => (event.event === 'bug' ? [event.message] : []))
  const places = () => ['in.txt', 'data'].map(name => join(folder, name))

  it.each<[string, Work, object, readonly string[]]>([
    [
      'that is not declared: is a bug of the stage',
      ({ files }) => files(join(folder, 'in.txt')).then(() => {}),
      { list: [null, null] },
      ['stage x must declare with files() what it reads at `list[1]`: it would be reused whatever is there'],
    ],
    [
      'with something in it that is declared, though it is not there',
      async ({ config, files }) => {
        const { list } = config as { list: readonly string[] }
        await files(list[0]!)
        await files(join(list[1]!, 'none'))
      },
      { list: [null, null] },
      [],
    ],
    [
      'with something beside it that is declared',
      ({ files }) => files(join(folder, 'options.txt')).then(() => {}),
      { list: [null, null] },
      [],
    ],
    ['whose path is in the key', () => {}, { list: ['in.txt', 'data'] }, []],
    ['that stays out of the key', () => {}, {}, []],
  ])('%s', async (_, work, keyConfig, expected) => {
    const { events, exitCode } = await run(plan(work, places(), keyConfig as Plan['stages'][number]['keyConfig']))
    expect([bugs(events), exitCode]).toEqual([expected, expected.length])
  })

  it('that holds the cache is refused', async () => {
    const { events } = await run(plan(({ files }) => files(folder).then(() => {}), [folder], { list: [null] }))
    expect(events.flatMap(event => (event.event === 'diagnostic' ? [event.diagnostic] : []))).toEqual([
      {
        severity: 'error',
        code: 'holds-cache',
        message: `${folder}: Expected a folder whose content stays, found one that holds the cache (${folder}/.sluice), which changes with every run.`,
        hint: 'Name a folder that does not, or keep results elsewhere with --cache-dir.',
      },
    ])
  })
})

it('needs no memo of digests', async () => {
  mkdirSync(join(folder, '.sluice/v1/files.txt'), { recursive: true })
  utimesSync(join(folder, 'in.txt'), new Date(0), new Date(0))
  await sleep(2100)
  expect((await run(chain(folder))).stages).toEqual({ read: 'ran', shout: 'ran', measure: 'ran' })
  expect((await run(chain(folder))).stages).toEqual({ read: 'cached', shout: 'cached', measure: 'cached' })
})

describe('scratch', () => {
  /** Counts in its scratch folder how often it was begun, and ends at the third time. */
  const definition = (log: string[]): AnyStage =>
    defineStage({
      name: 'patient',
      version: 1,
      summary: 'Needs three attempts.',
      config: Type.Object({ file: Type.Location() }),
      outputs: { text: Text },
      async run({ config, files, scratch }) {
        await files(config.file)
        const names = readdirSync(scratch)
        write(join(scratch, String(names.length)), '')
        log.push(String(names.length))
        if (names.length < 2) throw stageError({ code: 'not-yet', message: 'Not yet.' })
        return { text: String(names.length) }
      },
    })
  const plan = (log: string[], file = 'in.txt') =>
    planOf(folder, { patient: { definition: definition(log), config: { file: join(folder, file) }, reads: ['/file'] } })

  it('is kept until the stage has succeeded, and then removed', async () => {
    const log: string[] = []
    for (const status of ['failed', 'failed', 'ran']) expect((await run(plan(log))).stages.patient).toBe(status)
    expect(log).toEqual(['0', '1', '2'])
    expect(filesIn(join(folder, '.sluice/v1/scratch'))).toEqual({})
  })

  it('remembers how long was worked on it, which is a part of what the result took', async () => {
    const store = await openStore(cacheOf(plan([])))
    const open = () => openScratch(store, 'a'.repeat(64), [], { fresh: false, stage: 'patient' })
    const first = await open()
    first.path()
    first.spend(40)
    first.spend(50)
    const second = await open()
    second.path()
    second.spend(7)
    const third = await open()
    expect([first.spent, second.spent, third.spent]).toEqual([0, 50, 57])
    third.remove()
    expect((await open()).spent).toBe(0)
  })

  it('is not taken up for other outside files, nor by a forced run', async () => {
    write(join(folder, 'other.txt'), 'other')
    const log: string[] = []
    await run(plan(log))
    await run(plan(log, 'other.txt'))
    await run(plan(log))
    await run(plan(log, 'other.txt'), { force: new Set(['patient']) })
    await run(plan(log))
    expect(log).toEqual(['0', '0', '1', '0', '0'])
  })
})

it('shares the result of equal stages under two names', async () => {
  const config = { file: join(folder, 'in.txt') }
  const plan = planOf(folder, {
    one: { definition: readText, config, reads: ['/file'] },
    two: { definition: readText, config, reads: ['/file'] },
  })
  expect((await run(plan)).stages).toEqual({ one: 'ran', two: 'cached' })
})

it('lists what the cache holds', async () => {
  const plan = chain(folder)
  await run(plan)
  const listed = await list(await openStore(cacheOf(plan), { readOnly: true }))
  expect(
    listed.map(({ stage, bytes, uses, created, used }) => ({ stage, bytes, uses, later: used >= created })),
  ).toEqual([
    { stage: 'shout', bytes: 7, uses: [{ file: plan.file, stage: 'shout' }], later: true },
    { stage: 'read-text', bytes: 6, uses: [{ file: plan.file, stage: 'read' }], later: true },
    { stage: 'measure', bytes: 1, uses: [{ file: plan.file, stage: 'measure' }], later: true },
  ])
  expect(listed.every(({ dir }) => existsSync(join(dir, 'manifest.json')) && statSync(dir).isDirectory())).toBe(true)
})

describe('side by side', () => {
  /** Ends when as many as `others` have begun; writes down how many were at work at once. */
  const meeting = (others: number, more: Partial<AnyStage> = {}) => {
    const seen = { most: 0, running: 0, begun: 0 }
    let open = (): void => {}
    const met = new Promise<void>(resolve => {
      open = resolve
    })
    const definition = stage(async () => {
      seen.most = Math.max(seen.most, ++seen.running)
      if (++seen.begun >= others) open()
      await met
      await sleep(1)
      seen.running--
    }, more)
    return { seen, definition }
  }
  const several = (definition: AnyStage) =>
    planOf(folder, Object.fromEntries(['a', 'b', 'c'].map(code => [code, { definition, code }])))

  it('run as many as there are jobs', async () => {
    const { seen, definition } = meeting(2)
    expect((await run(several(definition), { jobs: 2 })).stages).toEqual({ a: 'ran', b: 'ran', c: 'ran' })
    expect(seen.most).toBe(2)
  })

  it('those that compute in the thread that all share do not run', async () => {
    const { seen, definition } = meeting(1, { resources: { blocking: true } })
    expect((await run(several(definition), { jobs: 4 })).stages).toEqual({ a: 'ran', b: 'ran', c: 'ran' })
    expect(seen.most).toBe(1)
  })

  it('what is there already waits for nothing, and neither does what needs it', async () => {
    const quick = { definition: stage(() => {}, { resources: { cpu: 'all' } }), code: 'quick' }
    await run(planOf(folder, { quick }))
    const seen: string[] = []
    let sign = (): void => {}
    const told = new Promise<void>(resolve => {
      sign = resolve
    })
    const plan = planOf(folder, {
      busy: { definition: stage(() => told) },
      quick,
      next: { definition: stage(() => sign()), code: 'next', needs: ['quick'] },
    })
    const { stages } = await run(plan, {
      jobs: 2,
      emit: event => event.event === 'stage' && seen.push(`${event.name} ${event.status}`),
    })
    expect(stages).toEqual({ busy: 'ran', quick: 'cached', next: 'ran' })
    // `busy` ends once `next` has begun, which it could not if `quick` had waited for all cores.
    expect(seen[0]).toBe('quick cached')
  })

  it('a result that two runs of one process want is made once', async () => {
    const { seen, definition } = meeting(1)
    const plan = planOf(folder, { a: { definition } })
    const both = await Promise.all([run(plan), run(plan)])
    expect(both.map(({ stages }) => stages.a).sort()).toEqual(['cached', 'ran'])
    expect(seen.begun).toBe(1)
  })

  it('one that fails is told of at once where others go on, with what becomes of them', async () => {
    let fail = (): void => {}
    const failed = new Promise<void>(resolve => {
      fail = resolve
    })
    const bad = stage(() => {
      throw stageError({ code: 'bad', message: 'Bad.' })
    })
    const plan = planOf(folder, {
      slow: { definition: stage(() => failed), code: 'slow' },
      slower: { definition: stage(() => failed), code: 'slower' },
      bad: { definition: bad },
      worse: { definition: bad, code: 'worse', needs: ['slow'] },
      later: { definition: bad, code: 'later', needs: ['bad'] },
    })
    const { events, stages, exitCode } = await run(plan, {
      jobs: 3,
      emit: event => event.event === 'stage' && event.status === 'failed' && fail(),
    })
    expect([exitCode, stages]).toEqual([
      1,
      { slow: 'ran', slower: 'ran', bad: 'failed', worse: 'skipped', later: 'skipped' },
    ])
    expect(events.flatMap(event => (event.event === 'diagnostic' ? [event.diagnostic.message] : []))).toEqual([
      'Bad.',
      'Nothing new is started. slow, slower run to the end, so that their work is not lost; Ctrl-C stops them.',
    ])
  })
})

it('walks a plan whose stages stand before what they need', async () => {
  const plan = planOf(folder, {
    d: { definition: measure, inputs: { text: { stage: 'e', port: 'text' } } },
    e: { definition: readText, config: { file: join(folder, 'in.txt') }, reads: ['/file'] },
  })
  expect((await run(plan, { jobs: 2 })).stages).toEqual({ d: 'ran', e: 'ran' })
})
