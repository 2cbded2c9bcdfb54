import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Rules } from '../../src/cli/run-qa/rule.ts'
import { runQa } from '../../src/cli/run-qa/run-qa.ts'
import { bertRunSquad, hfRunSquad } from '../../src/cli/run-qa/run-squad.ts'

/** The arguments that a script declares, with their defaults; run-qa/arguments/arguments.py makes the files. */
const declared = (name: string): Readonly<Record<string, unknown>> =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`run-qa/arguments/${name}.json`, import.meta.url)), 'utf8'))

describe.each<[string, Rules]>([
  ['run-qa', runQa],
  ['training-4.46', runQa],
  ['training-5.24', runQa],
  ['run-squad-transformers', hfRunSquad],
  ['run-squad-bert', bertRunSquad],
])('%s', (name, rules) => {
  it('has a rule for each of its flags', () => {
    expect(Object.keys(declared(name)).filter(flag => !Object.hasOwn(rules, flag))).toEqual([])
  })

  it('takes the defaults of the script', () => {
    const wrong = Object.entries(declared(name)).filter(([flag, preset]) => {
      const ours = rules[flag]?.default
      return ours !== undefined && ours !== preset
    })
    expect(wrong).toEqual([])
  })
})

it.each<[string, Rules]>([
  ['run-squad-transformers', hfRunSquad],
  ['run-squad-bert', bertRunSquad],
])('%s has no other flags', (name, rules) => {
  expect(Object.keys(rules).filter(flag => !Object.hasOwn(declared(name), flag))).toEqual([])
})
