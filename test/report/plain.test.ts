import { describe, expect, it } from 'vitest'
import { jsonReport } from '../../src/report/json.ts'
import { plainReport } from '../../src/report/plain.ts'
import { terminalReport } from '../../src/report/terminal.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import { memoryStream } from './streams.ts'

const started: RunEvent = {
  event: 'run',
  status: 'started',
  pipeline: 'squad',
  file: '/x/squad.yaml',
  stages: ['read', 'train', 'save'],
}

const good: readonly RunEvent[] = [
  started,
  { event: 'log', stage: 'read', level: 'warn', message: '2 questions were skipped:\nq1, q2', reused: true },
  { event: 'stage', name: 'read', status: 'cached', ms: 12, bytes: 2_100_000 },
  { event: 'stage', name: 'train', status: 'started' },
  { event: 'log', stage: 'train', level: 'info', message: '\u001b[32m340\u001b[39m steps\r\n' },
  { event: 'progress', stage: 'train', done: 0, total: 340, numbers: { loss: 5.5 } },
  {
    event: 'progress',
    stage: 'train',
    done: 34,
    total: 340,
    numbers: { loss: 4.25, learning_rate: 4.5e-5, eta_s: 95 },
  },
  { event: 'step', stage: 'train', step: 34, loss: 4.25 },
  { event: 'progress', stage: 'train', done: 340, total: 340 },
  { event: 'stage', name: 'train', status: 'ran', ms: 95_000, bytes: 17_000_000 },
  { event: 'stage', name: 'save', status: 'started' },
  { event: 'stage', name: 'save', status: 'waiting', reason: 'process 12 is making it' },
  { event: 'stage', name: 'save', status: 'ran', ms: 340 },
  { event: 'result', stage: 'save', name: 'model', value: '../out/squad' },
  { event: 'result', stage: 'save', name: 'exact_match', value: 71.212_345 },
  { event: 'run', status: 'done', ms: 95_400 },
]

const bad: readonly RunEvent[] = [
  started,
  { event: 'diagnostic', diagnostic: { severity: 'warning', code: 'unused', message: 'Nothing reads `vars.x`.' } },
  { event: 'stage', name: 'read', status: 'started' },
  {
    event: 'diagnostic',
    stage: 'read',
    diagnostic: { severity: 'error', code: 'bad-json', message: 'Expected JSON.', hint: 'Look.' },
  },
  { event: 'stage', name: 'read', status: 'failed', ms: 12 },
  { event: 'stage', name: 'train', status: 'skipped', reason: 'read failed' },
  { event: 'bug', stage: 'save', message: 'x is undefined', stack: 'TypeError: x is undefined\n    at y' },
  { event: 'run', status: 'failed', ms: 13 },
]

const told = async (events: readonly RunEvent[], make = plainReport) => {
  const [out, err] = [memoryStream(), memoryStream()]
  let time = 0
  const suggest = () => ['Try next: something']
  const report = make({ out: out.stream, err: err.stream, cwd: '/x', suggest }, () => time)
  for (const event of events) {
    report.event(event)
    time += 10_000
  }
  await report.end()
  return { out: out.text(), err: err.text() }
}

const hub = { event: 'fetch', address: 'hf://o/bert' } as const
const fetches: readonly RunEvent[] = [
  { ...hub, status: 'pending' },
  { event: 'fetch', address: 'https://e.org/a', status: 'pending' },
  { ...hub, status: 'started' },
  { ...hub, status: 'waiting', reason: 'process 12 is fetching it' },
  { ...hub, status: 'progress', bytes: 0, total: 440e6, commit: 'abc' },
  { ...hub, status: 'progress', bytes: 220e6, total: 440e6, commit: 'abc' },
  { ...hub, status: 'fetched', bytes: 440e6, ms: 61_000, commit: 'abc' },
  { event: 'fetch', address: 'https://e.org/a', status: 'started' },
  { event: 'fetch', address: 'https://e.org/a', status: 'progress', bytes: 10 },
  { event: 'fetch', address: 'https://e.org/a', status: 'progress', bytes: 3e6 },
  { event: 'fetch', address: 'https://e.org/a', status: 'failed', ms: 20_000 },
  { event: 'fetch', address: 'hf://o/b', status: 'found', commit: 'def' },
  { event: 'fetch', address: 'hf://o/c', status: 'interrupted', ms: 20 },
  { event: 'diagnostic', diagnostic: { severity: 'error', code: 'no-network', message: 'Nobody answers.' } },
  { event: 'run', status: 'failed', ms: 81_000 },
]

describe('the plain report', () => {
  it('has a line for the start and the end of each address, and one every 10 s and more', async () => {
    expect(await told(fetches)).toEqual({
      out: `hf://o/bert: fetching
hf://o/bert: waiting: process 12 is fetching it
hf://o/bert: 50 % (220 MB of 440 MB)
hf://o/bert: fetched after 1 min 01 s, 440 MB, commit abc
https://e.org/a: fetching
https://e.org/a: failed after 20.0 s
hf://o/b: found, nothing had to be fetched, commit def
hf://o/c: interrupted after 20 ms
`,
      err: '\nerror[no-network] Nobody answers.\n',
    })
  })

  it('has a line an event, then the table, the results and what to try', async () => {
    expect(await told(good)).toEqual({
      out: `squad: 3 stages
read: started
read: reused, 2.1 MB
train: started
train: 340 steps
train: 10 % (34/340), loss 4.25, learning rate 4.5e-5, 1 min 35 s left
train: 100 % (340/340)
train: done after 1 min 35 s, 17 MB
save: started
save: waiting: process 12 is making it
save: done after 340 ms

stage  status        time    size
read   reused       12 ms  2.1 MB
train  ran     1 min 35 s   17 MB
save   ran         340 ms

model ../out/squad
exact_match 71.2123

Try next: something
`,
      err: 'read: warning (from the earlier run): 2 questions were skipped:\n  q1, q2\n',
    })
  })

  it('ends with the error, on stderr, where warnings are too', async () => {
    expect(await told(bad)).toEqual({
      out: `squad: 3 stages
read: started
read: failed after 12 ms
train: skipped: read failed

stage  status    time  size
read   failed   12 ms
train  skipped
save   not run

Skipped because read failed: train
`,
      err: `warning[unused] Nothing reads \`vars.x\`.

read failed:
error[bad-json] Expected JSON.
hint: Look.

error: stage 'save' failed in a way that it did not foresee: x is undefined
TypeError: x is undefined
    at y
This is a bug, not a mistake in the pipeline. Please report it to the stage's author, with these lines.
`,
    })
  })

  it('says of which stage a warning is, and what was skipped because of which', async () => {
    expect(
      await told([
        { ...started, stages: ['a', 'b', 'c', 'd', 'e'] },
        { event: 'stage', name: 'a', status: 'started' },
        { event: 'stage', name: 'b', status: 'started' },
        { event: 'log', stage: 'b', level: 'info', message: 'one\ntwo' },
        {
          event: 'diagnostic',
          stage: 'a',
          diagnostic: { severity: 'warning', code: 'finishing', message: 'b runs to the end.' },
        },
        { event: 'stage', name: 'a', status: 'failed', ms: 12 },
        { event: 'stage', name: 'b', status: 'failed', ms: 13 },
        { event: 'stage', name: 'c', status: 'skipped', reason: 'b failed' },
        { event: 'stage', name: 'd', status: 'skipped', reason: 'a failed' },
        { event: 'stage', name: 'e', status: 'skipped', reason: 'not selected' },
        { event: 'run', status: 'failed', ms: 14 },
      ]),
    ).toEqual({
      out: `squad: 5 stages
a: started
b: started
b: one
  two
a: failed after 12 ms
b: failed after 13 ms
c: skipped: b failed
d: skipped: a failed
e: skipped: not selected

stage  status    time  size
a      failed   12 ms
b      failed   13 ms
c      skipped
d      skipped
e      skipped

Skipped because a failed: d
Skipped because b failed: c
`,
      err: 'a: warning[finishing] b runs to the end.\n',
    })
  })

  it('tells apart what was interrupted and what had not begun', async () => {
    expect(
      await told([
        started,
        { event: 'stage', name: 'train', status: 'started' },
        { event: 'log', stage: 'train', level: 'note', message: 'stopped after step 6' },
        { event: 'stage', name: 'train', status: 'interrupted', ms: 4200 },
        { event: 'stage', name: 'save', status: 'skipped', reason: 'interrupted' },
        { event: 'run', status: 'interrupted', ms: 4300 },
      ]),
    ).toEqual({
      out: `squad: 3 stages
train: started
train: stopped after step 6
train: interrupted after 4.2 s
save: skipped: interrupted

stage  status        time  size
read   not run
train  interrupted  4.2 s
save   skipped
`,
      err: '\nInterrupted. Finished results are kept: run the same command again to go on.\n',
    })
  })

  it('tells progress when ten seconds and a tenth have passed, or a minute', async () => {
    const at = (done: number): RunEvent => ({ event: 'progress', stage: 'train', done, total: 100 })
    const { out } = await told([at(0), at(5), at(9), at(10), at(11), at(12), at(13), at(14), at(15), at(16), at(40)])
    expect(out.match(/\d+ %/g)).toEqual(['10 %', '16 %', '40 %'])
  })
})

describe('what went wrong, told by any report', () => {
  const raw = '\u001b[?25l10 %\r20 %\u0007\n\u001b[31mno\u001b[39m'
  const events: readonly RunEvent[] = [
    {
      event: 'diagnostic',
      stage: 'read',
      diagnostic: { severity: 'error', code: 'x', message: raw, hint: raw },
    },
    { event: 'bug', stage: 'save', message: raw, stack: raw },
  ]
  it.each([
    ['plain', plainReport],
    ['json', jsonReport],
    ['terminal', terminalReport],
  ])('%s: is clean of what a terminal would obey', async (_, make) => {
    const { err } = await told(events, make)
    const text = '10 % 20 % \nno'
    expect(err.trim()).toBe(`read failed:
error[x] ${text}
hint: ${text}

error: stage 'save' failed in a way that it did not foresee: ${text}
${text}
This is a bug, not a mistake in the pipeline. Please report it to the stage's author, with these lines.`)
  })
})

describe('the JSON report', () => {
  it('prints each event as it is, a diagnostic with its place', async () => {
    const source = { name: '/x/squad.yaml', text: 'name: squad\n' }
    const range = { source, start: { line: 1, column: 7, offset: 6 }, end: { line: 1, column: 12, offset: 11 } }
    const diagnostic = { severity: 'error', code: 'name', message: 'Expected another name.', range } as const
    const { out, err } = await told([...good, { event: 'diagnostic', stage: 'read', diagnostic }], jsonReport)
    const lines = out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines.slice(0, -1)).toEqual(good)
    const { range: _, ...rest } = diagnostic
    const place = { file: '/x/squad.yaml', line: 1, column: 7, endLine: 1, endColumn: 12 }
    expect(lines.at(-1)).toEqual({ event: 'diagnostic', stage: 'read', diagnostic: { ...rest, ...place } })
    expect(err).toBe(`error[name] squad.yaml:1:7: Expected another name.
> 1 | name: squad
    |       ^^^^^
`)
  })
})
