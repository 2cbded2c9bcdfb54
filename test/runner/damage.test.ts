import {
  appendFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { list } from '../../src/cache/list.ts'
import { memoText, readMemo } from '../../src/cache/memo-file.ts'
import { openStore } from '../../src/cache/store.ts'
import type { PlannedStage } from '../../src/plan/plan.ts'
import { stageError } from '../../src/plugin/stage-error.ts'
import { openOutput } from '../../src/runner/open-output.ts'
import { planStatus } from '../../src/runner/survey.ts'
import { cacheOf, chain, filesIn, run, temporaryFolder, write } from './rig.ts'

let folder: string
beforeEach(async () => {
  folder = temporaryFolder()
  write(join(folder, 'in.txt'), 'hello')
  await run(chain(folder))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const entryOf = async (stage: string): Promise<string> => {
  const store = await openStore(cacheOf(chain(folder)), { readOnly: true })
  return (await list(store)).find(entry => entry.stage === stage)!.dir
}

const flip = (file: string, at: number): void => {
  const bytes = readFileSync(file)
  bytes[at]! ^= 1
  writeFileSync(file, bytes)
}

/** A change that leaves size and mtime as they were: only reading the file shows it. */
const flipUnseen = (file: string): void => {
  const { atime, mtime } = statSync(file)
  flip(file, 0)
  utimesSync(file, atime, mtime)
}

const damages: Record<string, (dir: string) => void> = {
  'a byte of the payload': dir => flip(join(dir, 'text/text.txt'), 0),
  'a payload that is cut off': dir => truncateSync(join(dir, 'text/text.txt'), 3),
  'a payload that is gone': dir => rmSync(join(dir, 'text/text.txt')),
  'a byte of the manifest': dir => flip(join(dir, 'manifest.json'), 40),
  'a number in the manifest': dir => {
    const file = join(dir, 'manifest.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"bytes": \d/, '"bytes": 9'))
  },
  'an empty manifest': dir => truncateSync(join(dir, 'manifest.json'), 0),
  'no manifest': dir => rmSync(join(dir, 'manifest.json')),
}

describe.each(['read-text', 'shout', 'measure'])('a damaged result of %s', damagedStage => {
  it.each(Object.entries(damages))('%s: is reported, removed and made again', async (_, damage) => {
    const before = filesIn(join(folder, '.sluice/v1/entries'))
    const dir = await entryOf(damagedStage)
    damage(dir)
    const name = damagedStage === 'read-text' ? 'read' : damagedStage

    const states = await planStatus({
      plan: chain(folder),
      store: await openStore(cacheOf(chain(folder)), { readOnly: true }),
    })
    expect(states.find(({ stage }) => stage === name)!.status).toBe('would-run')

    const { stages, events, status } = await run(chain(folder))
    expect(status).toBe('done')
    expect(stages).toEqual({ read: 'cached', shout: 'cached', measure: 'cached', [name]: 'ran' })
    const warnings = events.flatMap(event => (event.event === 'diagnostic' ? [event.diagnostic] : []))
    expect(warnings.map(({ code, severity }) => [severity, code])).toEqual([['warning', 'damaged-result']])
    expect(warnings[0]!.message).toMatch(
      new RegExp(`^A stored result of ${name} was damaged \\(.+\\): removed, it is made again where it is needed\\.$`),
    )
    const after = filesIn(join(folder, '.sluice/v1/entries'))
    expect(Object.keys(after)).toEqual(Object.keys(before))
    for (const [path, bytes] of Object.entries(after)) if (path.endsWith('.txt')) expect(bytes).toEqual(before[path])
    expect((await run(chain(folder))).stages).toEqual({ read: 'cached', shout: 'cached', measure: 'cached' })
  })
})

describe('damage that only reading shows', () => {
  // As a disk does it: no time stamp moves. Setting mtime back moves ctime, so the memo is told that it knows the file.
  const damageUnseen = async (stage = 'read-text'): Promise<void> => {
    const file = join(await entryOf(stage), 'text/text.txt')
    const memo = join(folder, '.sluice/v1/files.txt')
    const identity = () => {
      const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true })
      return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`
    }
    const known = identity()
    flipUnseen(file)
    const { lines } = readMemo(memo)
    appendFileSync(memo, `\n${memoText({ ...lines.get(known)!, identity: identity() })}\n`)
  }

  it('is found when the result is consumed: it is made again, and the consumer gets the right one', async () => {
    await damageUnseen()
    expect((await run(chain(folder))).stages).toEqual({ read: 'cached', shout: 'cached', measure: 'cached' })

    const { stages, events } = await run(chain(folder, { end: '?!' }))
    expect(stages).toEqual({ read: 'ran', shout: 'ran', measure: 'ran' })
    expect(events.flatMap(event => (event.event === 'stage' ? [`${event.name} ${event.status}`] : []))).toEqual([
      'read cached',
      'shout started',
      'read started',
      'read ran',
      'shout ran',
      'measure started',
      'measure ran',
    ])
    const output = await openOutput(
      { plan: chain(folder, { end: '?!' }), store: await openStore(cacheOf(chain(folder))) },
      'shout',
    )
    expect(output).toMatchObject({ port: 'text', value: 'HELLO?!' })
  })

  // Forced stages read their inputs, and so find what is wrong with them.
  it.each<[string, readonly string[], string, Readonly<Record<string, string>>]>([
    ['the first', ['read-text'], 'shout', { read: 'ran', shout: 'ran', measure: 'cached' }],
    ['the middle', ['shout'], 'measure', { read: 'cached', shout: 'ran', measure: 'ran' }],
    ['the first and the middle', ['read-text', 'shout'], 'measure', { read: 'ran', shout: 'ran', measure: 'ran' }],
    ['the last, which nobody reads', ['measure'], 'measure', { read: 'cached', shout: 'cached', measure: 'ran' }],
  ])('in %s of a chain is made good', async (_, stages, forced, statuses) => {
    const before = filesIn(join(folder, '.sluice/v1/entries'))
    for (const stage of stages) await damageUnseen(stage)
    const ran = await run(chain(folder), { force: new Set([forced]) })
    expect([ran.status, ran.stages]).toEqual(['done', statuses])
    expect(ran.events.filter(({ event }) => event === 'bug')).toEqual([])
    const after = filesIn(join(folder, '.sluice/v1/entries'))
    expect(Object.keys(after)).toEqual(Object.keys(before))
    for (const [path, bytes] of Object.entries(after)) if (path.endsWith('.txt')) expect(bytes).toEqual(before[path])
  })

  it('such as a strange file in it, likewise', async () => {
    write(join(await entryOf('shout'), 'text/.DS_Store'), 'x')
    const { status, stages, events } = await run(chain(folder), { force: new Set(['measure']) })
    expect([status, stages]).toEqual(['done', { read: 'cached', shout: 'ran', measure: 'ran' }])
    expect(events.flatMap(event => (event.event === 'diagnostic' ? [event.diagnostic.message] : []))).toEqual([
      'A stored result of shout was damaged (in its output text: .DS_Store does not belong to it): removed, it is made again where it is needed.',
    ])
    expect(Object.keys(filesIn(await entryOf('shout')))).toEqual(['manifest.json', 'text/text.txt'])
  })

  it.each([1, 2])('fails the run where it cannot be made good (%i at a time)', async jobs => {
    const { stages, ...rest } = chain(folder)
    const measure = stages[2]
    const plan = { ...rest, stages: [...stages, { ...measure!, name: 'again', code: 'f00d' }] }
    await run(plan)
    await damageUnseen('shout')
    const hoarse: PlannedStage['definition']['run'] = () => {
      throw stageError({ code: 'hoarse', message: 'No voice.' })
    }
    const broken = plan.stages.map(each =>
      each.name === 'shout' ? { ...each, definition: { ...each.definition, run: hoarse } } : each,
    )
    const {
      status,
      exitCode,
      events,
      stages: ended,
    } = await run({ ...plan, stages: broken }, { force: new Set(['measure', 'again']), jobs })
    expect([status, exitCode]).toEqual(['failed', 1])
    expect(events.filter(({ event }) => event === 'bug')).toEqual([])
    expect(ended).toEqual({
      read: 'cached',
      shout: 'failed',
      measure: 'failed',
      again: jobs === 1 ? 'skipped' : expect.stringMatching(/^(failed|skipped)$/),
    })
    expect(events).toContainEqual({
      event: 'stage',
      name: 'measure',
      status: 'failed',
      reason: 'an input could not be made again',
    })
  })

  it('is not printed', async () => {
    await damageUnseen()
    const store = await openStore(cacheOf(chain(folder)), { readOnly: true })
    expect(await openOutput({ plan: chain(folder), store }, 'read')).toEqual({
      missing: 'sound result',
      damage: 'text.txt was changed',
    })
  })
})

it('takes no notice of strange things in the cache', async () => {
  write(join(folder, '.sluice/v1/entries/README'), 'x')
  write(join(await entryOf('shout'), '../notes.txt'), 'x')
  write(join(folder, '.sluice/v2/entries/x'), 'x')
  expect((await run(chain(folder))).stages).toEqual({ read: 'cached', shout: 'cached', measure: 'cached' })
})

it('leaves nothing in the folder for unfinished things', () => {
  expect(readdirSync(join(folder, '.sluice/v1/tmp'))).toEqual([])
  expect(readdirSync(join(folder, '.sluice/v1/locks'))).toEqual([])
  expect(readdirSync(join(folder, '.sluice/v1/scratch'))).toEqual([])
  expect(readFileSync(join(folder, '.sluice/.gitignore'), 'utf8')).toBe('*\n')
})
