import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { alive } from '../processes.ts'
import { folderWith, follow, sluice, start, steady, type Told } from './sluice.ts'

// Nothing here is proven by a clock: stages wait for files, which others or the test make.

const until = (file: string) => `until [ -e ${file} ]; do sleep 0.02; done`
const patient = { timeout: 60_000, interval: 20 }

/** A pipeline of shell stages: what each runs, and more of its fields. */
const shells = (stages: Readonly<Record<string, string | readonly [string, string]>>): string => {
  const lines = Object.entries(stages).map(([name, stage]) => {
    const [run, more] = typeof stage === 'string' ? [stage] : stage
    return `  ${name}: { uses: shell, ${more === undefined ? '' : `${more}, `}with: { run: ${JSON.stringify(run)}, timeout: 60 } }`
  })
  return `name: p\nstages:\n${lines.join('\n')}\n`
}

const statuses = (events: readonly Told[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(events.flatMap(({ event, name, status }) => (event === 'stage' ? [[name, status]] : [])))

const told = (out: string): readonly Told[] =>
  out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))

/** What stands after the stages' own lines. */
const closing = (out: string): string => steady(out).split('\n\n').slice(1).join('\n\n')

describe('independent stages', () => {
  it('run side by side: each waits for the other', async () => {
    const pipeline = shells({ a: `touch a; ${until('b')}; echo saw b`, b: `touch b; ${until('a')}; echo saw a` })
    const folder = folderWith({ 'p.yaml': pipeline })
    const { code, out } = await sluice(folder, 'run', 'p.yaml', '--jobs', '2')
    expect([code, steady(out).split('\n').slice(0, 7).sort()]).toEqual([
      0,
      [
        'a: done after TIME, 28 B',
        'a: saw b',
        'a: started',
        'b: done after TIME, 28 B',
        'b: saw a',
        'b: started',
        'p: 2 stages',
      ],
    ])
  })

  it('run one after the other with --jobs 1, in the order of the file', async () => {
    const names = ['c', 'a', 'b']
    const pipeline = shells(
      Object.fromEntries(names.map(name => [name, `echo begin ${name} >> log; echo end ${name} >> log`])),
    )
    const folder = folderWith({ 'p.yaml': pipeline })
    expect((await sluice(folder, 'run', 'p.yaml', '--jobs', '1')).code).toBe(0)
    const log = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n')
    expect(log).toEqual(names.flatMap(name => [`begin ${name}`, `end ${name}`]))
  })

  it('with `cpu: all` run alone, and are not overtaken', async () => {
    const mark = (name: string, work: string) => `echo begin ${name} >> log; ${work}; echo end ${name} >> log`
    const pipeline = shells({
      a: mark('a', `touch a; ${until('b')}`),
      b: mark('b', `touch b; ${until('a')}`),
      alone: [mark('alone', 'sleep 0.1'), 'resources: { cpu: all }'],
      more: [mark('more', 'sleep 0.1'), 'resources: { cpu: 100 }'],
      c: mark('c', `touch c; ${until('d')}`),
      d: mark('d', `touch d; ${until('c')}`),
    })
    const folder = folderWith({ 'p.yaml': pipeline })
    expect((await sluice(folder, 'run', 'p.yaml', '--jobs', '3')).code).toBe(0)
    const log = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n')
    expect([log.slice(0, 4).sort(), log.slice(4, 8), log.slice(8).sort()]).toEqual([
      ['begin a', 'begin b', 'end a', 'end b'],
      ['begin alone', 'end alone', 'begin more', 'end more'],
      ['begin c', 'begin d', 'end c', 'end d'],
    ])
  })

  it('with equal keys do their work once', async () => {
    const work = 'echo done >> calls'
    const folder = folderWith({ 'p.yaml': shells({ one: work, two: work, three: work }) })
    const { code, out } = await sluice(folder, 'run', 'p.yaml', '--jobs', '3', '--json')
    expect([code, statuses(told(out))]).toEqual([0, { one: 'ran', two: 'cached', three: 'cached' }])
    expect(readFileSync(join(folder, 'calls'), 'utf8')).toBe('done\n')
  })
})

describe('when one fails', () => {
  const failing = shells({
    slow: `touch slow; ${until('go')}`,
    bad: `${until('slow')}; exit 7`,
    'needs-bad': ['echo never', 'needs: [bad]'],
    later: `echo later`,
  })

  it('nothing new is started, and what runs is finished', async () => {
    const folder = folderWith({ 'p.yaml': failing })
    const { child, ended } = start(folder, ['run', 'p.yaml', '--jobs', '2', '--json'])
    const events = follow(child)
    await expect.poll(() => statuses(events).later, patient).toBe('skipped')
    expect(statuses(events)).toEqual({ slow: 'started', bad: 'failed', 'needs-bad': 'skipped', later: 'skipped' })
    writeFileSync(join(folder, 'go'), '')
    const { code, err } = await ended
    expect([code, statuses(events), events.at(-1)?.status]).toEqual([
      1,
      { slow: 'ran', bad: 'failed', 'needs-bad': 'skipped', later: 'skipped' },
      'failed',
    ])
    expect(events.flatMap(({ name, status, reason }) => (status === 'skipped' ? [[name, reason]] : []))).toEqual([
      ['needs-bad', 'bad failed'],
      ['later', 'bad failed'],
    ])
    expect(
      events.flatMap(({ event, stage, diagnostic }) => (event === 'diagnostic' ? [[stage, diagnostic]] : [])),
    ).toEqual([
      ['bad', expect.objectContaining({ code: 'command-failed' })],
      [
        'bad',
        {
          severity: 'warning',
          code: 'finishing',
          message: 'Nothing new is started. slow runs to the end, so that its work is not lost; Ctrl-C stops it.',
        },
      ],
    ])
    expect(err).toBe(`error[command-failed] Expected the command to end with exit code 0, but it ended with 7.
The command:
    ${until('slow')}; exit 7
It printed nothing.
`)
  })

  it('--keep-going: what does not need it is run, and every failure is told', async () => {
    const pipeline = shells({
      bad: 'echo why; exit 7',
      'needs-bad': ['echo never', 'needs: [bad]'],
      'needs-that': ['echo never', 'needs: [needs-bad]'],
      worse: ['exit 8', 'needs: [fine]'],
      fine: 'echo fine',
      last: ['echo last', 'needs: [fine]'],
    })
    const folder = folderWith({ 'p.yaml': pipeline })
    const { code, out, err } = await sluice(folder, 'run', 'p.yaml', '--jobs', '1', '--keep-going')
    expect([code, closing(out)]).toEqual([
      1,
      `stage  status  time  size
bad  failed  TIME
needs-bad  skipped
needs-that  skipped
fine  ran  TIME  28 B
worse  failed  TIME
last  ran  TIME  28 B

Skipped because bad failed: needs-bad, needs-that
`,
    ])
    expect(err).toBe(`
bad failed:
error[command-failed] Expected the command to end with exit code 0, but it ended with 7.
The command:
    echo why; exit 7
The last of its output:
    why

worse failed:
error[command-failed] Expected the command to end with exit code 0, but it ended with 8.
The command:
    exit 8
It printed nothing.
`)
  })
})

describe('an interrupt', () => {
  const sleepy = (stubborn: string) =>
    shells({
      a: `${stubborn}sleep 300 & echo $$ $! > pids-a; wait`,
      b: `${stubborn}sleep 300 & echo $$ $! > pids-b; wait`,
      c: 'echo never',
    })
  const pidsOf = async (folder: string): Promise<number[]> => {
    const files = ['a', 'b'].map(name => join(folder, `pids-${name}`))
    const isThere = (file: string) => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n')
    await expect.poll(() => files.every(isThere), patient).toBe(true)
    return files.flatMap(file => readFileSync(file, 'utf8').trim().split(' ').map(Number))
  }

  it('ends all that run, tidily', async () => {
    const folder = folderWith({ 'p.yaml': sleepy('') })
    const { child, ended } = start(folder, ['run', 'p.yaml', '--jobs', '2'])
    const pids = await pidsOf(folder)
    child.kill('SIGINT')
    const { code, out, err } = await ended
    expect([code, closing(out), err]).toEqual([
      130,
      `stage  status  time  size
a  interrupted  TIME
b  interrupted  TIME
c  skipped
`,
      '\nInterrupted. Finished results are kept: run the same command again to go on.\n',
    ])
    await expect.poll(() => pids.map(alive), patient).toEqual([false, false, false, false])
  })

  it('ends all that run at once when it comes twice', async () => {
    const folder = folderWith({ 'p.yaml': sleepy("trap '' TERM; ") })
    const { child, ended } = start(folder, ['run', 'p.yaml', '--jobs', '2'])
    const pids = await pidsOf(folder)
    child.kill('SIGINT')
    setTimeout(() => child.kill('SIGINT'), 300)
    expect((await ended).code).toBe(130)
    await expect.poll(() => pids.map(alive), patient).toEqual([false, false, false, false])
  })
})
