import { expect, test } from 'vitest'
import { Type } from '../../src/plugin/schema.ts'
import { type AnyStage, defineStage } from '../../src/plugin/stage.ts'
import { stageError } from '../../src/plugin/stage-error.ts'
import { planText } from './planning.ts'

const pipeline = 'name: p\nstages:\n  compute: { with: { engine: fast } }\n  plain: {}\n'
type Machine = NonNullable<AnyStage['machine']>
const builtins = (machine: Machine, check: NonNullable<AnyStage['check']> = () => []) => ({
  compute: async () => ({
    default: defineStage({
      name: 'compute',
      version: 1,
      summary: 'Computes.',
      config: Type.Object({ engine: Type.String() }),
      check,
      machine,
      run: () => ({}),
    }) as AnyStage,
  }),
  plain: async () => ({
    default: defineStage({
      name: 'plain',
      version: 1,
      summary: 'Does nothing.',
      config: Type.Object({}),
      run: () => ({}),
    }) as AnyStage,
  }),
})

test('a stage says what of the machine its result depends on, by its configuration and what it finds', async () => {
  const machine: Machine = ({ config, probe }) => ({
    engine: `${(config as { engine: string }).engine}est`,
    version: probe.package('typebox')?.version.split('.')[0] ?? null,
  })
  const { plan, text } = await planText(pipeline, { builtins: builtins(machine) })
  expect(text).toBe('')
  expect(plan?.stages.map(stage => stage.machine)).toEqual([{ engine: 'fastest', version: '1' }, undefined])
})

test('it is not asked where the pipeline is wrong', async () => {
  let asked = 0
  const machine = () => {
    asked++
    return {}
  }
  const check = () => [{ code: 'slow', message: 'Too slow.' }]
  const { brief } = await planText(pipeline, { builtins: builtins(machine, check) })
  expect([brief, asked]).toEqual([['slow 3'], 0])
})

test.each([
  [
    stageError({ code: 'no-gpu', message: 'Expected a GPU; found none.', hint: 'Buy one.' }),
    'Expected a GPU; found none.',
  ],
  [new TypeError('x is not a function'), '`machine`'],
])('what it throws is reported: %s', async (error, part) => {
  const machine = () => {
    throw error
  }
  const { plan, text } = await planText(pipeline, { builtins: builtins(machine) })
  expect(plan).toBe(undefined)
  expect(text).toContain(part)
})
