import { expect, test } from 'vitest'
import { outlineOf } from '../../src/plan/outline.ts'
import type { Plan, PlannedStage } from '../../src/plan/plan.ts'
import { Type } from '../../src/plugin/schema.ts'
import { defineStage } from '../../src/plugin/stage.ts'

const definition = defineStage({
  name: 'copy',
  version: 3,
  summary: 'Copies.',
  config: Type.Object({}),
  always: config => 'always' in config,
  run: () => ({}),
})
const range = {
  source: { name: 'p.yaml', text: '' },
  start: { line: 1, column: 1, offset: 0 },
  end: { line: 1, column: 1, offset: 0 },
}
const stage: PlannedStage = {
  name: 'copies',
  uses: 'copy',
  definition,
  code: 'c0de',
  config: { from: '/data/in' },
  keyConfig: { from: null },
  machine: { engine: 'onnx' },
  resources: { cpu: 1, blocking: false },
  locations: [{ pointer: '/from', path: '/data/in', output: false }],
  inputs: { text: { stage: 'read', port: 'text' } },
  after: ['read'],
  recorded: { stages: ['read'], ports: ['run'] },
  where: { '/from': 'p.yaml:3' },
}
const plan: Plan = { name: 'p', file: '/p.yaml', stages: [stage], warnings: [] }
const location = stage.locations[0]!
const pin = { sha256: 'd1', pointer: '/sha256', written: { range, related: [] } }
const address = { scheme: 'https', text: 'https://x/y' } as never
const source = { path: '/data/in', there: true, address, written: { range, related: [] } }

test('an outline is what a result is looked up by, and survives JSON', () => {
  const outline = outlineOf(plan)
  expect(outline).toEqual({
    name: 'p',
    file: '/p.yaml',
    stages: [
      {
        name: 'copies',
        uses: 'copy',
        code: 'c0de',
        keyConfig: { from: null },
        machine: { engine: 'onnx' },
        inputs: { text: { stage: 'read', port: 'text' } },
        after: ['read'],
        recorded: { stages: ['read'], ports: ['run'] },
        definition: { name: 'copy', version: 3 },
        locations: [{ pointer: '/from', path: '/data/in', output: false }],
      },
    ],
  })
  expect(JSON.parse(JSON.stringify(outline))).toEqual(outline)
})

test.each<[string, Partial<Plan>]>([
  ['that warns', { warnings: [{ severity: 'warning', code: 'slow', message: 'It is slow.' }] }],
  ['with a stage that is always made anew', { stages: [{ ...stage, config: { always: true } }] }],
  ['with a digest beside a file', { stages: [{ ...stage, locations: [{ ...location, pin }] }] }],
  ['with an address', { stages: [{ ...stage, locations: [{ ...location, source }] }] }],
])('a plan %s has none', (_, changes) => {
  expect(outlineOf({ ...plan, ...changes })).toBeUndefined()
})
