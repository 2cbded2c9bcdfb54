import { expect, test } from 'vitest'
import { diagnosticsError } from '../../src/diagnostic/diagnostic.ts'
import { failureEvents } from '../../src/runner/failure.ts'
import { chain } from './rig.ts'

const [stage] = chain('/p').stages
const hint = 'Make room there, or keep results in another folder with --cache-dir.'
const disk = (code: string, path: string) => Object.assign(new Error(`${code}: no`), { code, path })

test.each([
  ['ENOSPC', 'no space is left on the disk'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EACCES', 'permission is denied'],
  ['EROFS', 'the disk is read-only'],
])('%s in the cache is not a bug', (code, reason) => {
  expect(failureEvents(stage!, disk(code, '/p/.sluice/v1/tmp/x'), '/p/.sluice')).toEqual([
    {
      event: 'diagnostic',
      stage: 'read',
      diagnostic: {
        severity: 'error',
        code: 'cache-not-writable',
        message: `Expected to write into the cache, but ${reason} (${code}): /p/.sluice/v1/tmp/x`,
        hint,
      },
    },
  ])
})

test.each(['/elsewhere', '/p/.sluice-old/x'])('the same in %s is', path => {
  expect(failureEvents(stage!, disk('EACCES', path), '/p/.sluice')).toMatchObject([
    { event: 'bug', stage: 'read', message: 'EACCES: no' },
  ])
})

test.each([
  ['/elsewhere', 'Expected to write, but no space is left on the disk (ENOSPC): /elsewhere.'],
  [undefined, 'Expected to write, but no space is left on the disk (ENOSPC).'],
])('a disk that is full elsewhere (%s) is not', (path, message) => {
  const diagnostic = {
    severity: 'error',
    code: 'disk-full',
    message,
    hint: 'Make room where the stage writes, and run again.',
  }
  const error = Object.assign(new Error('ENOSPC: no'), { code: 'ENOSPC', ...(path && { path }) })
  expect(failureEvents(stage!, error, '/p/.sluice')).toEqual([{ event: 'diagnostic', stage: 'read', diagnostic }])
})

test('diagnostics that a room below threw are passed on', () => {
  const diagnostic = { severity: 'error', code: 'x', message: 'Wrong.' } as const
  expect(failureEvents(stage!, diagnosticsError(diagnostic, diagnostic), '/c')).toEqual([
    { event: 'diagnostic', stage: 'read', diagnostic },
    { event: 'diagnostic', stage: 'read', diagnostic },
  ])
})

test('a thread whose memory did not suffice is not a bug', () => {
  const error = Object.assign(new Error('Worker terminated'), { code: 'ERR_WORKER_OUT_OF_MEMORY' })
  const diagnostic = {
    severity: 'error',
    code: 'out-of-memory',
    message:
      'Expected a thread of stage `read` to do its work, but its memory did not suffice (ERR_WORKER_OUT_OF_MEMORY).',
    hint: 'Where the machine has more, let Node take it: NODE_OPTIONS=--max-old-space-size=8192 (megabytes). What is finished is kept.',
  }
  expect(failureEvents(stage!, error, '/c')).toEqual([{ event: 'diagnostic', stage: 'read', diagnostic }])
})
