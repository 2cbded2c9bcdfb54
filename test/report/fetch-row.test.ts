import { expect, test } from 'vitest'
import { type FetchEvent, fetchRow } from '../../src/report/fetch-row.ts'

const paint = { dim: (text: string) => `(${text})`, yellow: (text: string) => text }
const address = 'hf://o/bert'
const commit = 'c'.repeat(40)
const rows: readonly (readonly [Omit<FetchEvent, 'event' | 'address'>, string])[] = [
  [{ status: 'pending' }, '(hf://o/bert)'],
  [{ status: 'started' }, 'hf://o/bert'],
  [
    { status: 'progress', bytes: 1e6, total: 4e6, commit },
    'hf://o/bert  ███░░░░░░░   25 %  1.0 MB of 4.0 MB  cccccccccccc',
  ],
  [{ status: 'progress', bytes: 1e6 }, 'hf://o/bert  1.0 MB'],
  [{ status: 'waiting', reason: 'process 3 is fetching it' }, 'hf://o/bert  waiting: process 3 is fetching it'],
  [{ status: 'fetched', bytes: 4e6, ms: 340, commit }, 'hf://o/bert  340 ms  4.0 MB  cccccccccccc'],
  [{ status: 'found', commit }, 'hf://o/bert  nothing had to be fetched  cccccccccccc'],
  [{ status: 'failed', ms: 340 }, 'hf://o/bert  failed after 340 ms'],
  [{ status: 'interrupted', ms: 340 }, '(hf://o/bert  interrupted after 340 ms)'],
]

test.each(rows)('%o', (event, expected) => {
  expect(fetchRow({ event: 'fetch', address, ...event }, 80, paint)).toBe(expected)
})

test('a line stays one, and is clean', () => {
  const event: FetchEvent = { event: 'fetch', address: `https://e.org/\u001b[31m${'x'.repeat(60)}`, status: 'started' }
  expect(fetchRow(event, 30, paint)).toBe(`https://e.org/${'x'.repeat(15)}…`)
})
