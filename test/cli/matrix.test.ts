import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { Ajv } from 'ajv'
import { describe, expect, it, test } from 'vitest'
import { eventSchema } from '../../src/report/event-schema.ts'
import { cli, folderWith, runInShell, sluice, start, startShellInTerminal, steady, type Told } from './sluice.ts'

const score = `
import { appendFileSync, writeFileSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { defineArtifact, defineStage, outOfKey, stageError, Type } from 'sluice'

const Score = defineArtifact({
  kind: 'score',
  version: 1,
  schema: Type.Number(),
  write: (score, dir) => writeFileSync(dir + '/score.json', JSON.stringify(score)),
  read: dir => JSON.parse(readFileSync(dir + '/score.json', 'utf8')),
  records: score => [score],
})

export default defineStage({
  name: 'score',
  version: 1,
  summary: 'Scores.',
  config: Type.Object({
    rate: Type.Number({ minimum: 0 }),
    seed: Type.Integer(),
    note: Type.String({ default: '' }),
    slow: outOfKey(Type.Integer({ default: 0 })),
    logging_dir: outOfKey(Type.Optional(Type.Location({ output: true }))),
  }),
  outputs: { score: Score },
  async run({ config: { rate, seed, slow, logging_dir }, log, signal }) {
    appendFileSync('calls', \`score \${rate} \${seed}\${logging_dir ? ' ' + logging_dir : ''}\\n\`)
    if (seed === slow) await setTimeout(300_000, undefined, { signal })
    if (seed === 13) throw stageError({ code: 'unlucky', message: 'Expected another seed than 13.' })
    log.result('f1', 70 + seed + rate)
    log.result('eval_loss', 1 / seed)
    log.result('model', 'out')
    return { score: seed }
  },
})
`
const sweep = `
name: sweep
vars: { seed: 1 }
matrix:
  stages.score.with.rate: [0, 0.25]
  seed: [1, 2, 4]
stages:
  base: { uses: shell, with: { run: "echo base >> calls" } }
  score: { uses: ./score.ts, with: { rate: 1, seed: "\${vars.seed}" }, needs: [base] }
`
const files = { 'sweep.yaml': sweep, 'score.ts': score }
const small = { ...files, 'sweep.yaml': sweep.replace('[0, 0.25]', '[0]') }

const eventsOf = (out: string): Told[] =>
  out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))

/** How each stage of each cell ended: `1 score ran`. */
const endsOf = (out: string): string[] =>
  eventsOf(out)
    .filter(({ event, status }) => event === 'stage' && status !== 'started')
    .map(({ cell, name, status }) => `${cell} ${name} ${status}`)

const callsIn = (folder: string): string[] => readFileSync(join(folder, 'calls'), 'utf8').trimEnd().split('\n')

const patient = { timeout: 60_000, interval: 50 }

describe('pipeline run of a matrix', () => {
  it('runs each cell, makes once what they share, and ends with the table and the means over seeds', async () => {
    const folder = folderWith(files)
    const { code, out, err } = await sluice(folder, 'run', 'sweep.yaml')
    expect([code, err]).toEqual([0, ''])
    const [head, ...cells] = out.split('\n\n')
    expect([head, steady(cells[0]!), steady(cells[4]!)]).toEqual([
      'sweep: 6 cells, 7 different results',
      `cell 1 of 6: rate=0, seed=1
[1/6] base: started
[1/6] base: done after TIME, 28 B
[1/6] score: started
[1/6] score: done after TIME, 1 B
cell 1 of 6: done after TIME, f1 71, eval_loss 1`,
      `cell 5 of 6: rate=0.25, seed=2
[5/6] base: started
[5/6] base: reused, 28 B
[5/6] score: started
[5/6] score: done after TIME, 1 B
cell 5 of 6: done after TIME, f1 72.25, eval_loss 0.5`,
    ])
    expect(cells.slice(6).join('\n\n')).toBe(`#  rate  seed  f1     eval_loss
1  0     1     71.00  1.00
2  0     2     72.00  0.50
3  0     4     74.00  0.25
4  0.25  1     71.25  1.00
5  0.25  2     72.25  0.50
6  0.25  4     74.25  0.25

mean ± standard deviation over seed
rate  n  f1                  eval_loss
0     3  72.3333 ± 1.5275    0.5833 ± 0.3819
0.25  3  72.5833 ± 1.5275 *  0.5833 ± 0.3819

* the best
`)
    expect(callsIn(folder)).toEqual([
      'base',
      ...[0, 0.25].flatMap(rate => [1, 2, 4].map(seed => `score ${rate} ${seed}`)),
    ])

    const again = await sluice(folder, 'run', 'sweep.yaml')
    expect(again.out).toContain('\ncell 6 of 6: all reused, f1 74.25, eval_loss 0.25\n')
    // All that there is of the cells are these lines.
    expect(again.out).not.toContain('[6/6]')
    expect(callsIn(folder)).toHaveLength(7)
  })

  it('is, cell by cell, the run that the line it prints makes', async () => {
    const folder = folderWith(small)
    const { out } = await sluice(folder, 'run', 'sweep.yaml', '--json', '--until', 'score')
    const commands = eventsOf(out).flatMap(({ command }) => (command === undefined ? [] : [String(command)]))
    const settings = '--set stages.score.with.rate=0 --set vars.seed'
    expect(commands).toEqual([1, 2, 4].map(seed => `node ${cli} run sweep.yaml ${settings}=${seed} --until score`))
    const alone = await runInShell(folder, `${commands[1]} --json`)
    expect(endsOf(alone.out)).toEqual(['undefined base cached', 'undefined score cached'])
    expect(eventsOf(alone.out).map(({ event }) => event)).not.toContain('table')
  })

  it('tells everything as JSON that fits the schema, with the table as data', async () => {
    const folder = folderWith(files)
    const validate = new Ajv({ strict: false }).compile(eventSchema)
    const { out, err } = await sluice(folder, 'run', 'sweep.yaml', '--json', '--set', 'vars.seed=2')
    const events = eventsOf(out)
    for (const event of events) expect(validate(event), JSON.stringify([event, validate.errors])).toBe(true)
    expect([err, events[0]]).toEqual([
      '',
      {
        event: 'matrix',
        status: 'started',
        pipeline: 'sweep',
        file: join(folder, 'sweep.yaml'),
        axes: ['stages.score.with.rate'],
        cells: 2,
        results: 3,
      },
    ])
    expect(endsOf(out)).toEqual(['1 base ran', '1 score ran', '2 base cached', '2 score ran'])
    expect(events.at(-2)).toEqual({
      event: 'table',
      axes: ['stages.score.with.rate'],
      metrics: ['f1', 'eval_loss'],
      rows: [
        {
          cell: 1,
          status: 'done',
          values: { 'stages.score.with.rate': 0 },
          numbers: { f1: 72, eval_loss: 0.5 },
          best: [],
        },
        {
          cell: 2,
          status: 'done',
          values: { 'stages.score.with.rate': 0.25 },
          numbers: { f1: 72.25, eval_loss: 0.5 },
          best: ['f1'],
        },
      ],
    })
    const means = eventsOf((await sluice(folder, 'run', 'sweep.yaml', '--json', '--mean-over', 'rate')).out)
    for (const event of means) expect(validate(event), JSON.stringify([event, validate.errors])).toBe(true)
    expect(means.at(-2)?.over).toBe('stages.score.with.rate')
    const [, , last] = (means.at(-2)?.means ?? []) as object[]
    expect(last).toEqual({
      values: { seed: 4 },
      numbers: { f1: { mean: 74.125, sd: Math.sqrt(0.03125), n: 2 }, eval_loss: { mean: 0.25, sd: 0, n: 2 } },
      best: ['f1', 'eval_loss'],
    })
  })

  it('writes the table as CSV', async () => {
    const text = sweep.replace('seed: [1, 2, 4]', 'stages.score.with.note: ["a, b", \'say "x"\']')
    const folder = folderWith({ ...files, 'sweep.yaml': text.replace('rate: [0, 0.25]', 'rate: [1e-5]') })
    const args = ['run', 'sweep.yaml', '--csv', 'table.csv']
    expect((await sluice(folder, ...args, '--mean-over', 'note')).code).toBe(0)
    expect(readFileSync(join(folder, 'table.csv'), 'utf8')).toBe(
      `row,cell,status,stages.score.with.rate,stages.score.with.note,f1,eval_loss
cell,1,done,1e-5,"a, b",71.00001,1
cell,2,done,1e-5,"say ""x""",71.00001,1
mean,,,1e-5,,71.00001,1
sd,,,1e-5,,0,0
n,,,1e-5,,2,2
`,
    )
    await sluice(folder, ...args, '--mean-over', 'none')
    expect(readFileSync(join(folder, 'table.csv'), 'utf8').split('\n')).toHaveLength(4)
  })

  it('stops at a failed cell, or goes on with --keep-going; the table shows what is there', async () => {
    const folder = folderWith({ ...small, 'sweep.yaml': small['sweep.yaml'].replace('[1, 2, 4]', '[1, 13, 4]') })
    const stopped = await sluice(folder, 'run', 'sweep.yaml')
    expect([stopped.code, stopped.err]).toEqual([1, '\nerror[unlucky] Expected another seed than 13.\n'])
    expect(steady(stopped.out.slice(stopped.out.indexOf('cell 2 of 3: failed')))).toBe(`cell 2 of 3: failed after TIME
  this cell alone: node ${cli} run sweep.yaml --set stages.score.with.rate=0 --set vars.seed=13

#  rate  seed  status  f1  eval_loss
1  0  1  done  71  1
2  0  13  failed  –  –
3  0  4  not run  –  –

mean ± standard deviation over seed
rate  n  f1  eval_loss
0  1  71  1
`)
    const went = await sluice(folder, 'run', 'sweep.yaml', '--keep-going', '--json')
    expect([went.code, endsOf(went.out)]).toEqual([
      1,
      ['1 base cached', '1 score cached', '2 base cached', '2 score failed', '3 base cached', '3 score ran'],
    ])
    const rows = eventsOf(went.out).at(-2)?.rows as { status: string }[]
    expect([rows.map(({ status }) => status), eventsOf(went.out).at(-1)?.status]).toEqual([
      ['done', 'failed', 'done'],
      'failed',
    ])
  })

  it('makes anew once what is forced and shared', async () => {
    const { out } = await sluice(folderWith(small), 'run', 'sweep.yaml', '--force', 'base', '--json')
    expect(endsOf(out)).toEqual([
      '1 base ran',
      '1 score ran',
      '2 base cached',
      '2 score ran',
      '3 base cached',
      '3 score ran',
    ])
  })

  it('gives what is no part of a result a folder for each cell, in a run of the cell alone too', async () => {
    const yaml = small['sweep.yaml'].replace('rate: 1,', 'rate: 1, logging_dir: runs,')
    const folder = folderWith({ ...small, 'sweep.yaml': yaml })
    await sluice(folder, 'run', 'sweep.yaml', '--set', 'vars.seed=2')
    await sluice(folder, 'run', 'sweep.yaml', '--set', 'vars.seed=4', '--set', 'stages.score.with.rate=0')
    expect(callsIn(folder)).toEqual([
      'base',
      `score 0 2 ${folder}/runs/rate=0,seed=2`,
      `score 0 4 ${folder}/runs/rate=0,seed=4`,
    ])
  })
})

describe('a sweep that broke off', () => {
  const slow = { ...small, 'sweep.yaml': small['sweep.yaml'].replace('rate: 1,', 'rate: 1, slow: 2,') }

  it('killed in its second cell, goes on there', async () => {
    const folder = folderWith(slow)
    const { child, ended } = start(folder, ['run', 'sweep.yaml'])
    await expect.poll(() => existsSync(join(folder, 'calls')) && callsIn(folder).at(-1), patient).toBe('score 0 2')
    child.kill('SIGKILL')
    await ended
    const { code, out } = await sluice(folder, 'run', 'sweep.yaml', '--json', '--set', 'stages.score.with.slow=0')
    expect([code, endsOf(out)]).toEqual([
      0,
      ['1 base cached', '1 score cached', '2 base cached', '2 score ran', '3 base cached', '3 score ran'],
    ])
    expect(callsIn(folder)).toEqual(['base', 'score 0 1', 'score 0 2', 'score 0 2', 'score 0 4'])
  })

  it('interrupted in its second cell: ends with 130, and tells what is there', async () => {
    const folder = folderWith(slow)
    const { child, ended } = start(folder, ['run', 'sweep.yaml', '--csv', 'table.csv'])
    await expect.poll(() => existsSync(join(folder, 'calls')) && callsIn(folder).at(-1), patient).toBe('score 0 2')
    child.kill('SIGINT')
    const { code, out, err } = await ended
    expect([code, err, steady(out.slice(out.indexOf('cell 2 of 3: interrupted')))]).toEqual([
      130,
      '\nInterrupted. Finished results are kept: run the same command again to go on.\n',
      `cell 2 of 3: interrupted after TIME

#  rate  seed  status  f1  eval_loss
1  0  1  done  71  1
2  0  2  interrupted  –  –
3  0  4  not run  –  –

mean ± standard deviation over seed
rate  n  f1  eval_loss
0  1  71  1
`,
    ])
    expect(
      readFileSync(join(folder, 'table.csv'), 'utf8'),
    ).toBe(`row,cell,status,stages.score.with.rate,seed,f1,eval_loss
cell,1,done,0,1,71,1
cell,2,interrupted,0,2,,
cell,3,skipped,0,4,,
mean,,,0,,71,1
sd,,,0,,,
n,,,0,,1,1
`)
  })
})

describe('other commands on a matrix', () => {
  it('validate and graph look at all cells', async () => {
    const folder = folderWith(files)
    expect(await sluice(folder, 'validate', 'sweep.yaml')).toEqual({
      code: 0,
      out: 'sweep.yaml: ok, 2 stages, 6 cells\n',
      err: '',
    })
    expect(JSON.parse((await sluice(folder, 'validate', 'sweep.yaml', '--json')).out)).toEqual({
      ok: true,
      stages: 2,
      cells: 6,
      diagnostics: [],
    })
    const { out } = await sluice(folder, 'graph', 'sweep.yaml')
    expect(out).toContain('score (./score.ts)  after base  score')
  })

  it('plan says of each stage how many results it has, of each cell what is to be done', async () => {
    const folder = folderWith(small)
    await sluice(folder, 'run', 'sweep.yaml', '--set', 'vars.seed=2')
    expect(await sluice(folder, 'plan', 'sweep.yaml', '--exit-code')).toEqual({
      code: 3,
      out: `sweep: 3 cells, 4 different results

stage  results  reused  would run  unknown
base         1       1
score        3       1          2

1  rate=0, seed=1  score would run
2  rate=0, seed=2  all reused
3  rate=0, seed=4  score would run
`,
      err: '',
    })
    const { out } = await sluice(folder, 'plan', 'sweep.yaml', '--json')
    expect(eventsOf(out).map(({ cell, values, stage, status }) => [cell, values, stage, status])).toEqual(
      [1, 2, 4].flatMap((seed, index) => [
        [index + 1, { 'stages.score.with.rate': 0, seed }, 'base', 'cached'],
        [index + 1, { 'stages.score.with.rate': 0, seed }, 'score', seed === 2 ? 'cached' : 'would-run'],
      ]),
    )
    await sluice(folder, 'run', 'sweep.yaml')
    expect((await sluice(folder, 'plan', 'sweep.yaml', '--exit-code')).code).toBe(0)
  })

  test.each([['cat', 'score'], ['explain']])(
    '%s needs one cell, and says how to choose it',
    async (command, ...rest) => {
      const folder = folderWith(small)
      expect(await sluice(folder, command, 'sweep.yaml', ...rest)).toEqual({
        code: 2,
        out: '',
        err: `error[which-cell] sweep.yaml:5:3: The matrix of \`sweep\` has 3 cells, and this command shows one.
  3 | vars: { seed: 1 }
  4 | matrix:
> 5 |   stages.score.with.rate: [0]
    |   ^^^^^^^^^^^^^^^^^^^^^^
  6 |   seed: [1, 2, 4]
  7 | stages:
hint: Choose it: --set stages.score.with.rate=0 --set vars.seed=1
`,
      })
      await sluice(folder, 'run', 'sweep.yaml')
      const one = ['--set', 'stages.score.with.rate=0', '--set', 'vars.seed=2']
      const { code, out } = await sluice(folder, command, 'sweep.yaml', ...rest, ...one)
      expect([code, out.split('\n')[0]?.slice(0, 20)]).toEqual([0, command === 'cat' ? '2' : 'base: reused: nothin'])
    },
  )
})

describe('flags of a matrix', () => {
  test.each([
    [['--mean-over', 'sed'], 'error[unknown-axis] There is no axis `sed`.\nhint: Did you mean `seed`?\n'],
    [['--csv', '.'], 'error[csv-not-writable] --csv names a file; FOLDER is a folder.\n'],
    [
      ['--csv', 'no/such.csv'],
      'error[csv-not-writable] --csv names a file; FOLDER/no/such.csv cannot be written (ENOENT).\n',
    ],
    [
      ['--csv', 'x.csv', '--set', 'vars.seed=1', '--set', 'stages.score.with.rate=0'],
      'error[no-matrix] --csv is about the table of a matrix; this run is a single one.\nhint: Write `matrix:` into the pipeline file, or leave a value of it open.\n',
    ],
  ] as const)('%j is refused before anything runs', async (args, text) => {
    const folder = folderWith(small)
    const { code, out, err } = await sluice(folder, 'run', 'sweep.yaml', ...args)
    expect([code, out, err.replaceAll(folder, 'FOLDER'), existsSync(join(folder, 'calls'))]).toEqual([
      2,
      '',
      text,
      false,
    ])
  })
})

describe('in a terminal', () => {
  it('shows which cell is running, with its live list, and a table that fits', async () => {
    const folder = folderWith(small)
    const { ended } = startShellInTerminal(
      folder,
      'stty cols 20 rows 30; exec $SLUICE run sweep.yaml --set vars.seed=2',
    )
    const { code, out } = await ended
    const text = stripVTControlCharacters(out).replaceAll('\r\n', '\n')
    expect([code, text.startsWith('sweep: 1 cell, 2 different results\n\ncell 1 of 1: rate=0\n')]).toEqual([0, true])
    expect(text).toMatch(/✔ base +\d+ ms/)
    expect(text.slice(text.lastIndexOf('\n\n')).trim()).toBe(`1  rate 0
    f1 72
    eval_loss 0.5`)
  })
})
