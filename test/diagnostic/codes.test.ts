import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { codesInSource } from './codes-in-source.ts'

const rows = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
  .split('\n')
  .filter(line => line.startsWith('| `'))
  .map(line =>
    line
      .slice(1, -1)
      .split(' | ')
      .map(cell => cell.trim()),
  )
const { found, unclear } = codesInSource()

test('every code can be told from the source', () => {
  expect(unclear).toEqual([
    // The schema of diagnostics.
    "src/report/event-schema.ts: text('Names the kind of mistake; does not change between versions.')",
  ])
  expect(
    ['unknown-key', 'yaml-tab', 'weights-html', 'command-timeout', 'no-evaluation'].filter(code => !found.has(code)),
  ).toEqual([])
})

test('docs/errors.md lists each code of the source once, and no other', () => {
  const listed = rows.map(([code = '']) => code.replaceAll('`', ''))
  expect(listed.toSorted()).toEqual([...found.keys()].toSorted())
})

test('each has a meaning, an example and what to do', () => {
  expect(rows.filter(cells => cells.length !== 4 || cells.some(cell => cell.trim() === ''))).toEqual([])
})
