import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { eventSchema } from '../../src/report/event-schema.ts'
import { cli, folderWith, runInShell, sluice, start, steady } from './sluice.ts'

const count = `
import { defineArtifact, defineStage, stageError, Type } from 'sluice'
import { readFileSync, writeFileSync } from 'node:fs'

const Numbers = defineArtifact({
  kind: 'numbers',
  version: 1,
  schema: Type.Integer(),
  write: (numbers, dir) => writeFileSync(dir + '/numbers.json', JSON.stringify(numbers)),
  read: dir => JSON.parse(readFileSync(dir + '/numbers.json', 'utf8')),
  records: numbers => numbers,
  text: number => 'number ' + number,
})

export default defineStage({
  name: 'count',
  version: 1,
  summary: 'Counts.',
  config: Type.Object({ to: Type.Integer({ minimum: 1 }), rate: Type.Number({ default: 5e-5 }) }),
  outputs: { numbers: Numbers },
  run({ config: { to }, progress, step, log }) {
    if (to === 13) throw stageError({ code: 'unlucky', message: 'Expected another number than 13.', hint: 'Take 14.' })
    if (to === 14) throw new TypeError('x is not a function')
    log.warn('counting is slow')
    progress(to, to, { loss: 1.5 })
    step({ step: to, loss: 1.5 })
    log.result('highest', to)
    return { numbers: Array.from({ length: to }, (_, i) => i + 1) }
  },
})
`
const pipeline = `
name: demo
stages:
  greet:
    uses: shell
    with: { run: "echo hello" }
  count:
    uses: ./count.ts
    with: { to: 3 }
    needs: [greet]
`
const files = { 'demo.yaml': pipeline, 'count.ts': count }

describe('pipeline run', () => {
  it('tells what happens line by line, then the table, the results and what to try', async () => {
    const folder = folderWith(files)
    const first = await sluice(folder, 'run', 'demo.yaml')
    expect({ ...first, out: steady(first.out) }).toEqual({
      code: 0,
      out: `demo: 2 stages
greet: started
greet: hello
greet: done after TIME, 28 B
count: started
count: done after TIME, 7 B

stage  status  time  size
greet  ran  TIME  28 B
count  ran  TIME  7 B

highest 3

Try next: node ${cli} run demo.yaml --set stages.count.with.rate=3e-5
  reuses greet
`,
      err: 'count: warning: counting is slow\n',
    })
    const second = await sluice(folder, 'run', 'demo.yaml')
    expect({ ...second, out: steady(second.out) }).toEqual({
      code: 0,
      out: `demo: 2 stages
greet: started
greet: reused, 28 B
count: started
count: reused, 7 B

stage  status  time  size
greet  reused  TIME  28 B
count  reused  TIME  7 B

highest 3
`,
      err: 'count: warning (from the earlier run): counting is slow\n',
    })
  })

  it('ends when its work is done', async () => {
    const { child, ended } = start(folderWith(files), ['run', 'demo.yaml', '--json'])
    let told = 0
    child.stdout?.on('data', () => {
      told = performance.now()
    })
    await ended
    expect(performance.now() - told).toBeLessThan(3000)
  })

  it('runs only what changed, from, until and only where it is told to, and what is forced', async () => {
    const folder = folderWith(files)
    const statuses = async (...flags: string[]) => {
      const { out } = await sluice(folder, 'run', 'demo.yaml', '--json', ...flags)
      const events = out
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line))
      const last = new Map(events.filter(({ event }) => event === 'stage').map(({ name, status }) => [name, status]))
      return Object.fromEntries(last)
    }
    expect(await statuses('--until', 'greet')).toEqual({ greet: 'ran', count: 'skipped' })
    expect(await statuses()).toEqual({ greet: 'cached', count: 'ran' })
    expect(await statuses('--set', 'stages.count.with.to=4')).toEqual({ greet: 'cached', count: 'ran' })
    expect(await statuses('--set', 'stages.count.with.to=3')).toEqual({ greet: 'cached', count: 'cached' })
    expect(await statuses('--force', 'greet')).toEqual({ greet: 'ran', count: 'cached' })
    expect(await statuses('--only', 'count')).toEqual({ greet: 'skipped', count: 'cached' })
    expect(await statuses('--from', 'count', '--force', 'count')).toEqual({ greet: 'skipped', count: 'ran' })
  })

  it('says what was set otherwise in an earlier run, where nothing else changed', async () => {
    const folder = folderWith(files)
    const notes = async (...flags: string[]) => {
      const { out } = await sluice(folder, 'run', 'demo.yaml', '--json', ...flags)
      const events = out
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line))
      return events.filter(({ level }) => level === 'note').map(({ stage, message }) => `${stage} ${message}`)
    }
    expect(await notes()).toEqual([])
    expect(await notes('--set', 'stages.count.with.to=4')).toEqual([
      'count an earlier result is not reused: to changed: 3 → 4 (--set stages.count.with.to=4)',
    ])
    expect(await notes('--set', 'stages.count.with.to=4')).toEqual([])
    expect(await notes('--force', 'count')).toEqual([])
    // By a variable: nothing in the file says 6.
    writeFileSync(
      join(folder, 'demo.yaml'),
      pipeline.replace('to: 3', 'to: "${vars.to}"').replace('stages:', 'vars: { to: 3 }\nstages:'),
    )
    expect(await notes('--set', 'vars.to=6')).toEqual([
      'count an earlier result is not reused: to changed: 3 → 6 (--set vars.to=6)',
    ])
    writeFileSync(join(folder, 'demo.yaml'), pipeline)
    // The stage is another one as well.
    writeFileSync(join(folder, 'count.ts'), count.replace('i + 1', 'i + 2'))
    expect(await notes('--set', 'stages.count.with.to=5')).toEqual([])
  })

  it('ends with the mistake that a stage found, and exit code 1', async () => {
    const folder = folderWith(files)
    const { code, out, err } = await sluice(folder, 'run', 'demo.yaml', '--set', 'stages.count.with.to=13')
    expect([code, steady(out), err]).toEqual([
      1,
      `demo: 2 stages
greet: started
greet: hello
greet: done after TIME, 28 B
count: started
count: failed after TIME

stage  status  time  size
greet  ran  TIME  28 B
count  failed  TIME
`,
      '\nerror[unlucky] Expected another number than 13.\nhint: Take 14.\n',
    ])
  })

  it('tells a bug in a stage with its stack, and asks for a report', async () => {
    const folder = folderWith(files)
    const { code, err } = await sluice(folder, 'run', 'demo.yaml', '--set', 'stages.count.with.to=14')
    const lines = err.trim().split('\n')
    expect([code, lines[0], lines[1], lines.at(-1)]).toEqual([
      1,
      "error: stage 'count' failed in a way that it did not foresee: x is not a function",
      'TypeError: x is not a function',
      "This is a bug, not a mistake in the pipeline. Please report it to the stage's author, with these lines.",
    ])
    expect(err).toContain('count.ts')
  })

  it('prints nothing but JSON with --json, and events that fit their schema', async () => {
    const folder = folderWith(files)
    const validate = new Ajv({ strict: false }).compile(eventSchema)
    const seen = new Set<string>()
    for (const to of [3, 3, 13, 14]) {
      const { out } = await sluice(folder, 'run', 'demo.yaml', '--json', '--set', `stages.count.with.to=${to}`)
      for (const line of out.trimEnd().split('\n')) {
        const event = JSON.parse(line)
        seen.add(event.event)
        expect(validate(event), `${line}\n${JSON.stringify(validate.errors)}`).toBe(true)
      }
    }
    expect([...seen].sort()).toEqual(['bug', 'diagnostic', 'log', 'progress', 'result', 'run', 'stage', 'step'])
  })

  it('tells mistakes in the pipeline before anything runs: exit code 2, on stderr, and as JSON where it is asked for', async () => {
    const folder = folderWith({ 'demo.yaml': pipeline.replace('to: 3', 'too: 3'), 'count.ts': count })
    const { code, out, err } = await sluice(folder, 'run', 'demo.yaml', '--json')
    expect(code).toBe(2)
    expect(err).toBe(`error[missing-key] demo.yaml:9:5: Stage \`count\` needs \`to\`: an integer of at least 1.
   7 |   count:
   8 |     uses: ./count.ts
>  9 |     with: { too: 3 }
     |     ^^^^
  10 |     needs: [greet]
hint: Write it under \`with\`: \`to: …\`.

error[unknown-key] demo.yaml:9:13: \`too\` is not a parameter of stage \`count\`.
   7 |   count:
   8 |     uses: ./count.ts
>  9 |     with: { too: 3 }
     |             ^^^
  10 |     needs: [greet]
hint: Did you mean \`to\`?
`)
    const diagnostics = out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line).diagnostic)
    const file = join(folder, 'demo.yaml')
    expect(diagnostics.map(({ code, file, line }) => ({ code, file, line }))).toEqual([
      { code: 'missing-key', file, line: 9 },
      { code: 'unknown-key', file, line: 9 },
    ])
  })
})

describe('a run whose surroundings are not as they should be', () => {
  it('keeps no process that a stage has left something open in, and loses nothing that a slow reader is yet to read', async () => {
    const chatty = `import { defineStage, Type } from 'sluice'
export default defineStage({
  name: 'chatty',
  version: 1,
  summary: 'Talks.',
  config: Type.Object({}),
  run({ step }) {
    setInterval(() => {}, 1000)
    for (let i = 0; i < 50_000; i++) step({ step: i })
    return {}
  },
})
`
    const folder = folderWith({ 'demo.yaml': 'stages: { chatty: { uses: ./chatty.ts } }\n', 'chatty.ts': chatty })
    const line = `$SLUICE run demo.yaml --json | (sleep 1; tail -1); echo "\${PIPESTATUS[0]}"`
    const { out } = await runInShell(folder, line)
    expect(out).toMatch(/^\{"event":"run","status":"done","ms":\d+\}\n0\n$/)
  })

  it('ends quietly when the reader of both streams has seen enough', async () => {
    const folder = folderWith(files)
    const line = `$SLUICE run demo.yaml --set stages.count.with.to=14 2>&1 | head -1; echo "\${PIPESTATUS[0]}"`
    expect(await runInShell(folder, line)).toEqual({ code: 0, out: 'demo: 2 stages\n1\n', err: '' })
  })

  it('names a cache folder that cannot be made: exit code 2', async () => {
    const folder = folderWith({ ...files, taken: '' })
    for (const command of ['run', 'plan', 'explain'])
      expect(await sluice(folder, command, 'demo.yaml', '--cache-dir', 'taken')).toEqual({
        code: 2,
        out: '',
        err: `error[cache-not-writable] Expected to keep results in ${folder}/taken, but a file is in its place, or in that of a folder above it (ENOTDIR).
hint: Keep them in another folder with --cache-dir, or make this one writable.
`,
      })
    const { code, err } = await sluice(folder, 'run', 'demo.yaml', '--cache-dir', '/proc/x')
    expect([code, err.split('\n')[0]]).toEqual([
      2,
      'error[cache-not-writable] Expected to keep results in /proc/x, but no folder can be made there (ENOENT).',
    ])
  })

  it('tells of a broken package.json together with the mistakes in the pipeline', async () => {
    const stages = '{ one: { uses: shell, with: { run: 3 } } }'
    const folder = folderWith({ 'demo.yaml': `stages: ${stages}\n`, 'package.json': '{' })
    const { code, out } = await sluice(folder, 'validate', 'demo.yaml', '--json')
    const { ok, diagnostics } = JSON.parse(out)
    expect([code, ok, diagnostics.map((each: { code: string }) => each.code)]).toEqual([
      2,
      false,
      ['package-json', 'wrong-value'],
    ])
  })

  it('says which run makes what a chosen stage needs, with the same settings', async () => {
    const sum = `import { defineArtifact, defineStage, Type } from 'sluice'
const Numbers = defineArtifact({ kind: 'numbers', version: 1, schema: Type.Integer(), write() {}, read: () => [] })
export default defineStage({
  name: 'sum', version: 1, summary: 'Sums.', config: Type.Object({}), inputs: { numbers: Numbers }, run: () => ({}),
})
`
    const folder = folderWith({ ...files, 'demo.yaml': `${pipeline}  sum: { uses: ./sum.ts }\n`, 'sum.ts': sum })
    const settings = ['--set', 'stages.count.with.to=4', '--cache-dir', 'kept here']
    expect((await sluice(folder, 'run', 'demo.yaml', '--only', 'sum', ...settings)).err).toBe(`
error[not-in-cache] Stage sum needs the result of count, which is not in the cache.
hint: Make it first: node ${cli} run demo.yaml --set stages.count.with.to=4 --cache-dir 'kept here' --until count
`)
  })
})

describe('pipeline plan and explain', () => {
  it('show old → new of code and files too', async () => {
    const folder = folderWith({
      'demo.yaml': 'stages: { copy: { uses: ./copy.ts, with: { file: a.txt } } }\n',
      'a.txt': 'a',
    })
    const copy = (text: string) =>
      writeFileSync(
        join(folder, 'copy.ts'),
        `import { defineStage, Type } from 'sluice'
export default defineStage({
  name: 'copy', version: 1, summary: '${text}', config: Type.Object({ file: Type.Location() }),
  async run({ config, files }) { await files(config.file); return {} },
})
`,
      )
    copy('Copies.')
    expect((await sluice(folder, 'run', 'demo.yaml')).code).toBe(0)
    copy('Copies again.')
    writeFileSync(join(folder, 'a.txt'), 'b')
    const { out } = await sluice(folder, 'explain', 'demo.yaml')
    expect(out.replaceAll(/[0-9a-f]{12}/g, 'DIGEST')).toBe(`copy: would run
  its code changed: DIGEST → DIGEST
  a.txt has other content: DIGEST → DIGEST (demo.yaml:1)
`)
    expect(out).toContain('ca978112ca1b → 3e23e8160039')
  })

  it('say what a run would do, and why', async () => {
    const folder = folderWith(files)
    const before = await sluice(folder, 'plan', 'demo.yaml', '--exit-code')
    expect(before).toEqual({
      code: 3,
      out: 'greet  would run  it was never run in this pipeline\ncount  would run  it was never run in this pipeline\n',
      err: '',
    })
    await sluice(folder, 'run', 'demo.yaml')
    const after = await sluice(folder, 'plan', 'demo.yaml', '--exit-code')
    expect({ ...after, out: steady(after.out) }).toEqual({
      code: 0,
      out: 'greet  reused  nothing changed since TIME ago\ncount  reused  nothing changed since TIME ago\n',
      err: '',
    })
    const set = ['--set', 'stages.count.with.to=5', '--set', 'stages.count.with.rate=0.1']
    const explained = await sluice(folder, 'explain', 'demo.yaml', ...set)
    expect({ ...explained, out: steady(explained.out) }).toEqual({
      code: 0,
      out: `greet: reused: nothing changed since TIME ago
count: would run
  to changed: 3 → 5 (--set stages.count.with.to=5)
  rate changed: 0.00005 → 0.1 (--set stages.count.with.rate=0.1)
`,
      err: '',
    })
    const json = await sluice(folder, 'plan', 'demo.yaml', '--json', '--exit-code', ...set)
    expect([
      json.code,
      ...json.out
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line).status),
    ]).toEqual([3, 'cached', 'would-run'])
  })
})

describe('pipeline cat', () => {
  it('prints the records of a result, and says what makes one that is not there', async () => {
    const folder = folderWith(files)
    const set = ['--set', 'stages.count.with.to=4']
    expect(await sluice(folder, 'cat', 'demo.yaml', 'count', ...set)).toEqual({
      code: 1,
      out: '',
      err: `error[not-in-cache] The cache holds no result of stage \`count\` as it is now.
hint: Make it: node ${cli} run demo.yaml --set stages.count.with.to=4 --until count
`,
    })
    await sluice(folder, 'run', 'demo.yaml', ...set)
    expect(await sluice(folder, 'cat', 'demo.yaml', 'count', ...set)).toEqual({ code: 0, out: '1\n2\n3\n4\n', err: '' })
    expect((await sluice(folder, 'cat', 'demo.yaml', 'count', '--json', ...set)).out).toBe('1\n2\n3\n4\n')
    expect(await sluice(folder, 'cat', 'demo.yaml', 'count.numbers', '--format', 'text', ...set)).toEqual({
      code: 0,
      out: 'number 1\nnumber 2\nnumber 3\nnumber 4\n',
      err: '',
    })
    expect(await sluice(folder, 'cat', 'demo.yaml', 'count.number')).toEqual({
      code: 2,
      out: '',
      err: 'error[unknown-port] There is no output of `count` named `number`.\nhint: Did you mean `numbers`?\n',
    })
  })

  it('ends quietly when its reader has seen enough', async () => {
    const folder = folderWith(files)
    const set = ['--set', 'stages.count.with.to=300000']
    await sluice(folder, 'run', 'demo.yaml', ...set)
    expect(
      await runInShell(folder, `$SLUICE cat demo.yaml count ${set.join(' ')} | head -2; echo "\${PIPESTATUS[0]}"`),
    ).toEqual({
      code: 0,
      out: '1\n2\n0\n',
      err: '',
    })
  })
})

describe('other commands', () => {
  it('validate counts the stages of a pipeline that is right', async () => {
    const folder = folderWith(files)
    expect(await sluice(folder, 'validate', 'demo.yaml')).toEqual({
      code: 0,
      out: 'demo.yaml: ok, 2 stages\n',
      err: '',
    })
    const { code, out } = await sluice(folder, 'validate', 'demo.yaml', '--json', '--set', 'stages.count.with.to=0')
    const { ok, stages, diagnostics } = JSON.parse(out)
    expect([code, ok, stages, diagnostics.length, diagnostics[0].code, diagnostics[0].file]).toEqual([
      2,
      false,
      0,
      1,
      'wrong-value',
      '--set',
    ])
  })

  it('graph shows what each stage takes', async () => {
    const folder = folderWith(files)
    expect(await sluice(folder, 'graph', 'demo.yaml')).toEqual({
      code: 0,
      out: `demo (demo.yaml)

stage               takes        makes
greet (shell)                    output
count (./count.ts)  after greet  numbers
`,
      err: '',
    })
  })

  it('cache lists results and says where they are', async () => {
    const folder = folderWith(files)
    expect((await sluice(folder, 'cache', 'ls')).out).toBe(`No results in ${join(folder, '.sluice')}\n`)
    await sluice(folder, 'run', 'demo.yaml')
    const { out } = await sluice(folder, 'cache', 'ls')
    expect(
      steady(out)
        .replaceAll(/[0-9a-f]{12}/g, 'KEY')
        .replace(/[\d.]+ kB/, 'SIZE'),
    ).toBe(`stage  size  took  used  key  by
shell  28 B  TIME  TIME ago  KEY  demo.yaml (greet)
count  7 B  TIME  TIME ago  KEY  demo.yaml

2 results, 35 B; SIZE in all, in ${join(folder, '.sluice')}
`)
    expect((await sluice(folder, 'cache', 'path', 'demo.yaml')).out).toBe(`${join(folder, '.sluice')}\n`)
  })

  it('--version prints the version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(await sluice(folderWith({}), '--version')).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })
})
