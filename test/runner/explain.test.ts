import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../src/cache/store.ts'
import { changeWords } from '../../src/cli/reasons.ts'
import type { Plan } from '../../src/plan/plan.ts'
import { explain } from '../../src/runner/explain.ts'
import { openOutput } from '../../src/runner/open-output.ts'
import { planStatus } from '../../src/runner/survey.ts'
import { cacheOf, chain, filesIn, run, temporaryFolder, write } from './rig.ts'

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
  write(join(folder, 'in.txt'), 'hello')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const looking = async (plan: Plan) => ({ plan, store: await openStore(cacheOf(plan), { readOnly: true }) })
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT/)
const digest = expect.stringMatching(/^[0-9a-f]{64}$/)

describe('planStatus', () => {
  const states = async (plan: Plan, force = new Set<string>()) =>
    (await planStatus({ ...(await looking(plan)), force })).map(({ stage, status, bytes }) => [stage, status, bytes])

  it('knows what would run, and what an equal result may yet save', async () => {
    const nothing = [
      ['read', 'would-run', undefined],
      ['shout', 'unknown', undefined],
      ['measure', 'unknown', undefined],
    ]
    expect(await states(chain(folder))).toEqual(nothing)
    await run(chain(folder))
    const everything = [
      ['read', 'cached', 5],
      ['shout', 'cached', 6],
      ['measure', 'cached', 1],
    ]
    expect(await states(chain(folder))).toEqual(everything)
    expect(await states(chain(folder, { end: '?' }))).toEqual([
      ['read', 'cached', 5],
      ['shout', 'would-run', undefined],
      ['measure', 'unknown', undefined],
    ])
    expect(await states(chain(folder), new Set(['measure']))).toEqual([
      ...everything.slice(0, 2),
      ['measure', 'would-run', undefined],
    ])
    expect((await states(chain(folder, { anew: true })))[1]).toEqual(['shout', 'would-run', undefined])
  })

  it('changes nothing, and makes no cache', async () => {
    const before = Object.keys(filesIn(folder))
    const plan = chain(folder)
    await states(plan)
    await explain(await looking(plan))
    await openOutput(await looking(plan), 'read')
    expect(Object.keys(filesIn(folder))).toEqual(before)

    await run(plan)
    const made = filesIn(folder)
    await states(plan)
    await explain(await looking(plan))
    await openOutput(await looking(plan), 'read')
    expect(filesIn(folder)).toEqual(made)
  })
})

describe('explain', () => {
  it('says that nothing was made yet', async () => {
    expect(await explain(await looking(chain(folder)))).toEqual([
      { stage: 'read', status: 'would-run', reason: 'first', changes: [], waitsFor: [] },
      { stage: 'shout', status: 'unknown', reason: 'waiting', changes: [], waitsFor: ['read'] },
      { stage: 'measure', status: 'unknown', reason: 'waiting', changes: [], waitsFor: ['shout'] },
    ])
  })

  it('says that nothing changed', async () => {
    await run(chain(folder))
    expect(await explain(await looking(chain(folder)))).toEqual(
      ['read', 'shout', 'measure'].map(stage => ({
        stage,
        status: 'cached',
        reason: 'same',
        time,
        changes: [],
        waitsFor: [],
      })),
    )
  })

  it('says which parameter changed, from what to what, and where it stands', async () => {
    await run(chain(folder))
    expect((await explain(await looking(chain(folder, { end: '?' })))).slice(1)).toEqual([
      {
        stage: 'shout',
        status: 'would-run',
        reason: 'changed',
        time,
        changes: [{ part: 'config', name: '/end', old: '!', new: '?', where: 'pipeline.yaml:11' }],
        waitsFor: [],
      },
      { stage: 'measure', status: 'unknown', reason: 'waiting', time, changes: [], waitsFor: ['shout'] },
    ])
  })

  it('says what changed of the machine', async () => {
    const on = (machine: Readonly<Record<string, string>> | undefined) => {
      const plan = chain(folder)
      const [read, ...rest] = plan.stages
      return { ...plan, stages: [{ ...read!, ...(machine && { machine }) }, ...rest] }
    }
    await run(on({ engine: 'onnx', version: '1.30.0' }))
    const words = async (plan: Plan) => (await explain(await looking(plan)))[0]!.changes.map(changeWords)
    expect(await words(on({ engine: 'onnx', version: '1.30.0' }))).toEqual([])
    expect(await words(on({ engine: 'tensorflow', version: '1.30.0' }))).toEqual([
      'on this machine, engine changed: "onnx" → "tensorflow"',
    ])
    expect(await words(on(undefined))).toEqual([
      'on this machine, engine changed: "onnx" → nothing',
      'on this machine, version changed: "1.30.0" → nothing',
    ])
  })

  it('says which file changed, appeared or went', async () => {
    await run(chain(folder))
    write(join(folder, 'in.txt'), 'other')
    write(join(folder, 'options.txt'), 'x')
    const [read] = await explain(await looking(chain(folder)))
    const where = 'pipeline.yaml:1'
    const changed = { part: 'file', name: join(folder, 'in.txt'), old: digest, new: digest, where }
    expect(read!.changes).toEqual(
      [{ part: 'file', name: join(folder, 'options.txt'), new: digest, where }, changed].reverse(),
    )

    await run(chain(folder))
    rmSync(join(folder, 'options.txt'))
    expect((await explain(await looking(chain(folder))))[0]!.changes).toEqual([
      { part: 'file', name: join(folder, 'options.txt'), old: digest, where },
    ])
  })

  it('says of a file that cannot be read that it cannot, not that it is gone', async () => {
    await run(chain(folder))
    rmSync(join(folder, 'in.txt'))
    symlinkSync('/dev/null', join(folder, 'in.txt'))
    const [read] = await explain(await looking(chain(folder)))
    expect(read!.changes).toEqual([
      { part: 'file', name: join(folder, 'in.txt'), old: digest, new: 'cannot be read', where: 'pipeline.yaml:1' },
    ])
    expect(changeWords(read!.changes[0]!)).toMatch(/in\.txt cannot be read \(pipeline\.yaml:1\)$/)
  })

  it('compares with the run that is most like this one', async () => {
    await run(chain(folder))
    write(join(folder, 'in.txt'), 'other')
    await run(chain(folder, { end: '?' }))
    const plan = chain(folder, { end: '?' })
    const changed = { ...plan, stages: plan.stages.map(stage => ({ ...stage, code: 'f00d' })) }
    await run(chain(folder))
    expect((await explain(await looking(changed)))[0]!.changes).toEqual([
      { part: 'code', name: '', old: 'c0de', new: 'f00d' },
    ])
  })

  it('does not compare with what another pipeline made of the same stage', async () => {
    await run(chain(folder))
    const other = { ...chain(folder, { end: '?' }), file: join(folder, 'other.yaml') }
    expect((await explain(await looking(other))).map(({ reason, changes }) => [reason, changes])).toEqual([
      ['same', []],
      ['first', []],
      ['waiting', []],
    ])
  })

  it('sees that an entry is gone', async () => {
    await run(chain(folder))
    rmSync(join(folder, '.sluice/v1/entries'), { recursive: true })
    expect((await explain(await looking(chain(folder)))).map(({ reason }) => reason)).toEqual([
      'gone',
      'waiting',
      'waiting',
    ])
  })

  it('has a stage say what it would have to do, where the size of its input is known', async () => {
    const outlooks = async (force: string[]) => {
      const options = { ...(await looking(chain(folder))), force: new Set(force) }
      return [await explain(options), await planStatus(options)].map(rows => rows.map(({ outlook }) => outlook))
    }
    const none = [undefined, undefined, undefined]
    expect(await outlooks([])).toEqual([none, none])
    await run(chain(folder))
    expect(await outlooks([])).toEqual([none, none])
    const measured = [undefined, undefined, '6 characters']
    expect(await outlooks(['measure'])).toEqual([measured, measured])
    expect(await outlooks(['shout', 'measure'])).toEqual([none, none])
  })

  it('says why a stage runs although nothing changed', async () => {
    await run(chain(folder, { anew: true }))
    const options = { ...(await looking(chain(folder, { anew: true }))), force: new Set(['read']) }
    expect((await explain(options)).map(({ status, reason }) => [status, reason])).toEqual([
      ['would-run', 'forced'],
      ['would-run', 'always'],
      ['unknown', 'waiting'],
    ])
  })
})

describe('openOutput', () => {
  it('gives the value, or says what is not there', async () => {
    const plan = chain(folder)
    expect(await openOutput(await looking(plan), 'shout')).toEqual({ missing: 'result', status: 'unknown' })
    expect(await openOutput(await looking(plan), 'read')).toEqual({ missing: 'result', status: 'would-run' })
    await run(plan)
    expect(await openOutput(await looking(plan), 'shout')).toMatchObject({
      port: 'text',
      kind: { kind: 'Text' },
      value: 'HELLO!',
    })
    expect(await openOutput(await looking(plan), 'shout', 'words')).toEqual({ missing: 'port', ports: ['text'] })
  })

  it('finds what comes after a stage that is made anew on every run', async () => {
    const plan = chain(folder, { anew: true })
    await run(plan)
    expect(await openOutput(await looking(plan), 'measure')).toMatchObject({ value: '6' })
  })
})
