import { expect, it } from 'vitest'
import { holdWhileReused } from '../../src/report/hold.ts'
import type { RunEvent } from '../../src/runner/events.ts'

const started: RunEvent = { event: 'run', status: 'started', pipeline: 'p', file: '/p.yaml', stages: ['a', 'b'] }
const reused: RunEvent = { event: 'stage', name: 'a', status: 'cached', ms: 1 }
const skipped: RunEvent = { event: 'stage', name: 'b', status: 'skipped', reason: 'not selected' }
const result: RunEvent = { event: 'result', stage: 'a', name: 'f1', value: 1, reused: true }
const warned: RunEvent = { event: 'log', stage: 'a', level: 'warn', message: 'slow', reused: true }
const begun: RunEvent = { event: 'stage', name: 'b', status: 'started' }
const done: RunEvent = { event: 'run', status: 'done', ms: 2 }

it.each<[string, RunEvent[], RunEvent[]]>([
  ['nothing of what is all reused', [started, result, reused, skipped, done], []],
  ['all, from the start, of what is not', [started, reused, begun, done], [started, reused, begun, done]],
  ['of what an earlier run warned of', [started, warned, reused, done], [started, warned, reused, done]],
])('tells %s', async (_, events, told) => {
  const heard: RunEvent[] = []
  let ended = 0
  const report = holdWhileReused({ event: event => void heard.push(event), end: async () => void ended++ })
  for (const event of events) report.event(event)
  await report.end()
  expect([heard, ended]).toEqual([told, 1])
})
