import { expect, it } from 'vitest'
import { reasonWords } from '../../src/cli/reasons.ts'

const waiting = (waitsFor: readonly string[], fetches: readonly string[] = []) =>
  reasonWords({ stage: 'x', status: 'unknown', reason: 'waiting', changes: [], waitsFor, fetches })

it.each([
  [['read'], [], 'it depends on what read will make'],
  [['a', 'b', 'c', 'd'], [], 'it depends on what a, b, c and d will make'],
  [['a', 'b', 'c', 'd', 'e'], [], 'it depends on what 5 stages will make'],
  [[], ['hf://o/tiny'], 'it depends on what would be fetched from hf://o/tiny'],
  [['a'], ['hf://o/tiny'], 'it depends on what a will make and what would be fetched from hf://o/tiny'],
] as const)('waits for %j, fetches %j', (waitsFor, fetches, words) => {
  expect(waiting(waitsFor, fetches)).toBe(words)
})
