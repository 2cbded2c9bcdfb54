import { describe, expect, it } from 'vitest'
import { programWords } from '../../src/cli/called.ts'
import { suggestFor } from '../../src/cli/suggest.ts'
import { defineStage, Type } from '../../src/index.ts'
import type { Plan, PlannedStage } from '../../src/plan/plan.ts'
import type { Json } from '../../src/plugin/artifact.ts'
import type { StageView } from '../../src/report/view.ts'

const program = programWords().join(' ')

const definition = defineStage({
  name: 'any',
  version: 1,
  summary: 'Any.',
  config: Type.Object({
    rate: Type.Number({ exclusiveMinimum: 0 }),
    decay: Type.Number(),
    size: Type.Integer({ minimum: 3 }),
    text: Type.String(),
  }),
  run: () => ({}),
})

const stage = (
  name: string,
  keyConfig: Record<string, Json>,
  after: string[],
  written: string[] = [],
): PlannedStage => ({
  name,
  uses: 'any',
  definition,
  code: '',
  config: keyConfig,
  keyConfig,
  locations: [],
  resources: { cpu: 1, blocking: false },
  inputs: {},
  after,
  where: Object.fromEntries(written.map(field => [`/${field}`, 'a.yaml:1'])),
})

const planOf = (...stages: PlannedStage[]): Plan => ({ name: 'a', file: '/a.yaml', stages, warnings: [] })
const ran = (name: string, ms: number): StageView => ({ name, status: 'ran', ms, notes: [], warnings: [] })
const skipped = (name: string): StageView => ({ name, status: 'skipped', notes: [], warnings: [] })
const cached = (name: string): StageView => ({ name, status: 'cached', ms: 1, notes: [], warnings: [] })

describe('what to try next', () => {
  const plan = (config: Record<string, Json>, written: string[] = []) =>
    planOf(
      stage('a', { text: 'x' }, []),
      stage('b', config, ['a'], written),
      stage('c', {}, ['b']),
      stage('d', {}, ['a']),
    )

  it.each<[string, Record<string, Json>, string[], string]>([
    ['a rate goes down', { rate: 5e-5 }, [], 'rate=3e-5'],
    ['to one digit', { rate: 1 / 3 }, [], 'rate=0.2'],
    ['a count by half', { size: 9 }, [], 'size=5'],
    ['rates come before counts', { size: 8, rate: 0.1 }, ['size'], 'rate=0.06'],
    ['and written ones before defaults', { rate: 0.1, decay: 0.01 }, ['decay'], 'decay=0.006'],
    ['what the schema refuses is no choice', { size: 4, decay: 2 }, [], 'decay=1'],
  ])('%s', (_, config, written, change) => {
    const lines = suggestFor(plan(config, written), {
      positionals: ['my file.yaml'],
      flags: { profile: 'quick', until: 'd', force: ['a'] },
    })([cached('a'), ran('b', 100), ran('c', 5), ran('d', 5)])
    expect(lines).toEqual([
      `Try next: ${program} run 'my file.yaml' --set stages.b.with.${change} --profile quick --until d`,
      '  reuses a, d',
    ])
  })

  it('names only what is there to be reused', () => {
    const views = [cached('a'), ran('b', 100), ran('c', 5), skipped('d')]
    const [, reused] = suggestFor(plan({ rate: 1.5 }), { positionals: ['a.yaml'], flags: { only: 'b' } })(views)
    expect(reused).toBe('  reuses a')
  })

  it.each([
    ['nothing ran', [cached('a'), cached('b')], { rate: 1.5 }],
    ['what ran has no number', [ran('a', 100), cached('b')], { rate: 1.5 }],
    ['no number can be changed', [cached('a'), ran('b', 100)], { size: 3, decay: 0 }],
  ])('nothing where %s', (_, views, config) => {
    expect(suggestFor(plan(config), { positionals: ['a.yaml'], flags: {} })(views)).toEqual([])
  })
})
