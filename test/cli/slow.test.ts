import { expect, it } from 'vitest'
import { hintWhenSlow } from '../../src/cli/slow.ts'
import type { RunEvent } from '../../src/runner/events.ts'

const profiles = { base: undefined, minilm: 'MiniLM, for a CPU', tiny: undefined }
const progress = (done: number, eta_s: number): RunEvent => ({
  event: 'progress',
  stage: 'train',
  done,
  total: 9000,
  numbers: { eta_s },
})

it.each<[string, RunEvent[], typeof profiles | Record<never, never>, string[]]>([
  ['two hours are borne', [progress(5, 7200)], profiles, []],
  ['the first steps are a guess', [progress(4, 99_999)], profiles, []],
  ['a file without another profile has nothing to say', [progress(5, 7201)], { base: undefined }, []],
  [
    'more is said once',
    [progress(5, 7201), progress(6, 90_000)],
    profiles,
    [
      'This will take 2 h 00 min. Other profiles of this file:\n  --profile minilm: MiniLM, for a CPU\n  --profile tiny',
    ],
  ],
])('%s', (_, events, known, expected) => {
  const told: RunEvent[] = []
  const emit = hintWhenSlow(event => told.push(event), known, 'base')
  for (const event of events) emit(event)
  const hints = told.flatMap(event => (event.event === 'diagnostic' ? [event.diagnostic.message] : []))
  expect(hints).toEqual(expected)
  expect(told.filter(({ event }) => event === 'progress')).toEqual(events)
})
