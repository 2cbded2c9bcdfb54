import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../src/cache/store.ts'
import type { Plan } from '../../src/plan/plan.ts'
import { RunRecord } from '../../src/plugin/run-record.ts'
import { Type } from '../../src/plugin/schema.ts'
import { defineStage } from '../../src/plugin/stage.ts'
import { explain } from '../../src/runner/explain.ts'
import { planStatus } from '../../src/runner/survey.ts'
import { cacheOf, measure, planOf, readText, run, shout, Text, temporaryFolder } from './rig.ts'

let folder: string
let seen: RunRecord[]
beforeEach(() => {
  folder = temporaryFolder()
  seen = []
  writeFileSync(join(folder, 'in.txt'), 'why?')
})
afterEach(() => rmSync(folder, { recursive: true }))

const tell = defineStage({
  name: 'tell',
  version: 1,
  summary: 'Tells of the run.',
  config: Type.Object({}),
  inputs: { run: RunRecord },
  outputs: { text: Text },
  run({ inputs }) {
    seen.push(inputs.run)
    return { text: inputs.run.stages.map(({ name }) => name).join(' ') }
  },
})

/** read → shout → measure, and `tell`, which stands after all of them. */
const plan = (end = '!'): Plan => {
  const { stages, ...rest } = planOf(folder, {
    read: { definition: readText, config: { file: join(folder, 'in.txt') }, reads: ['/file'] },
    shout: { definition: shout, config: { end }, inputs: { text: { stage: 'read', port: 'text' } } },
    measure: { definition: measure, inputs: { text: { stage: 'shout', port: 'text' } } },
    tell: { definition: tell, needs: ['read', 'shout', 'measure'] },
  })
  const recorded = { ports: ['run'], stages: ['read', 'shout', 'measure'] }
  return { ...rest, stages: stages.map(each => (each.name === 'tell' ? { ...each, recorded } : each)) }
}
const statuses = () => seen.map(({ stages }) => stages.map(({ name, status }) => `${name} ${status}`).join(', '))

describe('the record of the run', () => {
  it('says what is known of each stage', async () => {
    await run(plan())
    expect(seen).toEqual([
      {
        pipeline: 'test',
        stages: [
          {
            name: 'read',
            uses: 'read-text',
            summary: 'Reads a text.',
            status: 'ran',
            key: expect.stringMatching(/^[0-9a-f]{64}$/),
            created: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
            ms: expect.any(Number),
            bytes: 4,
            inputs: {},
            after: [],
            config: { file: null },
            warnings: ['there is a question in it'],
            results: {},
          },
          expect.objectContaining({
            name: 'shout',
            inputs: { text: { stage: 'read', port: 'text' } },
            after: ['read'],
          }),
          expect.objectContaining({ name: 'measure', results: { length: 5 } }),
        ],
      },
    ])
  })

  it('makes nothing anew where nothing changed, though this run reused what that one made', async () => {
    await run(plan())
    expect((await run(plan())).stages).toMatchObject({ read: 'cached', measure: 'cached', tell: 'cached' })
    expect(statuses()).toEqual(['read ran, shout ran, measure ran'])
  })

  it('is another where a stage has another result, even if what comes of it is the same', async () => {
    await run(plan())
    // As long as before: `measure` has an equal result, but `shout` has another.
    const { stages } = await run(plan('?'))
    expect(stages).toMatchObject({ shout: 'ran', measure: 'ran', tell: 'ran' })
    expect((await run(plan())).stages.tell).toBe('cached')
    expect(statuses()).toEqual(['read ran, shout ran, measure ran', 'read reused, shout ran, measure ran'])
  })

  it('says what is not there of stages that were not selected', async () => {
    const { stages } = await run(plan(), { select: new Set(['read', 'tell']) })
    expect(stages).toMatchObject({ read: 'ran', shout: 'skipped', tell: 'ran' })
    expect(seen[0]!.stages[1]).toEqual({
      name: 'shout',
      uses: 'shout',
      summary: 'Puts a text into capitals.',
      status: 'absent',
      inputs: { text: { stage: 'read', port: 'text' } },
      after: ['read'],
      config: { end: '!' },
      warnings: [],
      results: {},
    })
    expect((await run(plan())).stages.tell).toBe('ran')
    expect(statuses()).toEqual(['read ran, shout absent, measure absent', 'read reused, shout ran, measure ran'])
  })

  it('is not known before what it tells of is', async () => {
    const store = async () => openStore(cacheOf(plan()), { readOnly: true })
    const status = async (of: Plan) =>
      (await planStatus({ plan: of, store: await store() })).map(({ stage, status }) => `${stage} ${status}`)
    await run(plan())
    expect(await status(plan())).toEqual(['read cached', 'shout cached', 'measure cached', 'tell cached'])
    expect(await status(plan('?'))).toEqual(['read cached', 'shout would-run', 'measure unknown', 'tell unknown'])
    const [told] = (await explain({ plan: plan('?'), store: await store() })).slice(-1)
    expect(told).toMatchObject({ stage: 'tell', reason: 'waiting', waitsFor: ['shout', 'measure'], changes: [] })
  })
})
