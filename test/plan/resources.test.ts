import { expect, test } from 'vitest'
import { builtins as shipped } from '../../src/library/builtins.ts'
import { resourcesOf } from '../../src/plan/resources.ts'
import type { Json } from '../../src/plugin/artifact.ts'
import { Type } from '../../src/plugin/schema.ts'
import { type AnyStage, defineStage } from '../../src/plugin/stage.ts'
import { planText } from './planning.ts'

const builtins = (resources: AnyStage['resources']) => ({
  compute: async () => ({
    default: defineStage({
      name: 'compute',
      version: 1,
      summary: 'Computes.',
      config: Type.Object({ threads: Type.Optional(Type.Integer()) }),
      machine: () => ({ engine: 'fast' }),
      ...(resources !== undefined && { resources }),
      run: () => ({}),
    }) as AnyStage,
  }),
})

test.each<[string, AnyStage['resources'], string, object]>([
  ['nothing is a core', undefined, 'compute: {}', { cpu: 1, blocking: false }],
  ['a part is filled up', { blocking: true }, 'compute: {}', { cpu: 1, blocking: true }],
  ['all', { cpu: 'all' }, 'compute: {}', { cpu: 'all', blocking: false }],
  [
    'by the configuration',
    config => ({ cpu: (config as { threads?: number }).threads ?? 'all' }),
    'compute: { with: { threads: 2 } }',
    { cpu: 2, blocking: false },
  ],
  [
    'by the machine',
    (_, { engine }) => ({ cpu: engine === 'fast' ? 'all' : 1 }),
    'compute: {}',
    { cpu: 'all', blocking: false },
  ],
  [
    'the pipeline says otherwise',
    { cpu: 'all', blocking: true },
    'compute: { resources: { cpu: 3 } }',
    { cpu: 3, blocking: true },
  ],
  ['the pipeline says nothing', { cpu: 2 }, 'compute: { resources: {} }', { cpu: 2, blocking: false }],
])('what a stage takes: %s', async (_, resources, stage, expected) => {
  const { plan, text } = await planText(`stages:\n  ${stage}\n`, { builtins: builtins(resources) })
  expect(text).toBe('')
  expect(plan?.stages.map(each => each.resources)).toEqual([expected])
})

test('`--set` changes it, and it is no part of the key', async () => {
  const plain = await planText('stages:\n  compute: {}\n', { builtins: builtins({}) })
  const set = await planText('stages:\n  compute: {}\n', {
    builtins: builtins({}),
    overrides: ['stages.compute.resources.cpu=all'],
  })
  const [[before], [after]] = [plain.plan!.stages, set.plan!.stages]
  expect([after!.resources, { ...after, resources: before!.resources }]).toEqual([
    { cpu: 'all', blocking: false },
    before,
  ])
})

test.each<[AnyStage['resources'], string]>([
  [{ cpu: 1.5 }, "`cpu` must be a whole number or 'all'; it is 1.5"],
  [{ cpu: -1 }, "`cpu` must be a whole number or 'all'; it is -1"],
  [() => ({ cpu: Number.NaN }), "`cpu` must be a whole number or 'all'; it is NaN"],
])('a stage that says nonsense has a bug', async (resources, message) => {
  const { text, plan } = await planText('stages:\n  compute: {}\n', { builtins: builtins(resources) })
  expect(plan).toBeUndefined()
  expect(text.replace(/\nhint: It was thrown at .*$/, '')).toBe(
    `error[stage-bug] p.yaml:2:3: The \`resources\` of stage \`compute\` failed: ${message}. This is a mistake in the stage, not in the pipeline.
  1 | stages:
> 2 |   compute: {}
    |   ^^^^^^^`,
  )
})

type Config = Readonly<Record<string, Json>>
const onnx = { engine: 'onnx', device: 'cpu' }

test.each<[string, Config, Config, object]>([
  ['read', {}, {}, { cpu: 1, blocking: true }],
  ['tokenize', {}, {}, { cpu: 2, blocking: true }],
  ['span', {}, {}, { cpu: 1, blocking: true }],
  ['cache', {}, {}, { cpu: 1, blocking: true }],
  ['train', {}, onnx, { cpu: 'all', blocking: false }],
  ['train', { threads: 2 }, onnx, { cpu: 2, blocking: false }],
  ['train', { threads: 2 }, { engine: 'onnx', device: 'cuda' }, { cpu: 'all', blocking: false }],
  ['train', { threads: 2 }, { engine: 'tensorflow', device: 'cpu' }, { cpu: 'all', blocking: false }],
  ['train', {}, { engine: 'reference', device: 'cpu' }, { cpu: 1, blocking: false }],
  ['predict', {}, onnx, { cpu: 'all', blocking: false }],
  ['predict', { threads: 1 }, onnx, { cpu: 1, blocking: false }],
  ['save', {}, {}, { cpu: 1, blocking: false }],
  ['evaluate', {}, {}, { cpu: 1, blocking: true }],
  ['shell', {}, {}, { cpu: 1, blocking: false }],
])('what the shipped stages take: %s with %j on %j', async (name, config, machine, expected) => {
  expect(resourcesOf((await shipped[name]!()).default, config, machine)).toEqual(expected)
})
