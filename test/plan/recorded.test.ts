import { describe, expect, test } from 'vitest'
import type { Plan } from '../../src/plan/plan.ts'
import { optional } from '../../src/plugin/artifact.ts'
import { RunRecord } from '../../src/plugin/run-record.ts'
import { Type } from '../../src/plugin/schema.ts'
import { defineStage } from '../../src/plugin/stage.ts'
import { planText } from './planning.ts'
import { toyStages } from './toy-stages.ts'

const report = defineStage({
  name: 'report',
  version: 1,
  summary: 'Tells of the run.',
  config: Type.Object({}),
  inputs: { run: optional(RunRecord) },
  run: () => ({}),
})
const say = defineStage({ name: 'say', version: 1, summary: 'Says.', config: Type.Object({}), run: () => ({}) })
const builtins = { ...toyStages, report: async () => ({ default: report }), say: async () => ({ default: say }) }
const planned = (yaml: string) => planText(yaml, { builtins })

const told = (plan: Plan | undefined) =>
  Object.fromEntries(
    (plan?.stages ?? []).flatMap(({ name, recorded }) =>
      recorded ? [[name, `${recorded.ports.join(' ')}: ${recorded.stages.join(' ')}`]] : [],
    ),
  )

describe('the record of the run', () => {
  const rows: readonly (readonly [title: string, yaml: string, told: object, after: string])[] = [
    [
      'tells of what stands before',
      'a: { uses: say }\n  b: { uses: say }\n  report: {}',
      { report: 'run: a b' },
      'a b',
    ],
    [
      'tells of what stands behind',
      'report: {}\n  a: { uses: say }\n  b: { uses: say }',
      { report: 'run: a b' },
      'a b',
    ],
    ['tells of nothing where there is nothing', 'report: {}', { report: 'run: ' }, ''],
    [
      'does not tell of what waits for it',
      'a: { uses: say }\n  report: {}\n  publish: { uses: say, needs: [report] }\n  then: { uses: say, needs: [publish] }',
      { report: 'run: a' },
      'a',
    ],
    [
      'does not tell of another that takes one, nor of what waits for that',
      'a: { uses: say }\n  report: {}\n  other: { uses: report }\n  publish: { uses: say, needs: [other] }',
      { report: 'run: a', other: 'run: a' },
      'a',
    ],
    [
      'tells of another that it waits for',
      'a: { uses: say }\n  other: { uses: report }\n  report: { needs: [other] }',
      { other: 'run: a', report: 'run: a other' },
      'a other',
    ],
    ['is not taken where `from` says so', 'a: { uses: say }\n  report: { from: { run: null } }', {}, ''],
  ]
  test.each(rows)('%s', async (_, yaml, records, after) => {
    const { plan, text } = await planned(`stages:\n  ${yaml}\n`)
    expect([text, told(plan)]).toEqual(['', records])
    expect(plan?.stages.find(({ name }) => name === 'report')?.after.join(' ')).toBe(after)
  })

  test('comes from no stage', async () => {
    const { text } = await planned(
      'stages:\n  read: { with: { file: data.json } }\n  report: { from: { run: read } }\n',
    )
    expect(
      text,
    ).toBe(`error[wrong-kind] p.yaml:3:26: Input \`run\` of stage \`report\` takes the kind \`run-record\`; stage \`read\` makes \`Examples\`.
  1 | stages:
  2 |   read: { with: { file: data.json } }
> 3 |   report: { from: { run: read } }
    |                          ^^^^
hint: The run itself fills it: leave the line out, or write \`null\` to go without.`)
  })

  test('does not hide that stages wait for each other in a circle', async () => {
    const { brief } = await planned(
      'stages:\n  a: { uses: say, needs: [b] }\n  b: { uses: say, needs: [a] }\n  report: {}\n',
    )
    expect(brief).toEqual(['circular-stages 2'])
  })
})
