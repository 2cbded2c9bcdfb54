import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
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
import { type Limits, planCollection } from '../../src/cache/collect.ts'
import { removeDoomed } from '../../src/cache/garbage.ts'
import { list } from '../../src/cache/list.ts'
import { thisProcess } from '../../src/cache/owner.ts'
import { openScratch } from '../../src/cache/scratch.ts'
import { openStore, type Store } from '../../src/cache/store.ts'
import { cacheOf, chain, run, temporaryFolder, write } from '../runner/rig.ts'

let folder: string
let store: Store
const root = () => join(folder, '.sluice/v1')

beforeEach(async () => {
  folder = temporaryFolder()
  write(join(folder, 'in.txt'), 'hello')
  await run(chain(folder))
  store = await openStore(cacheOf(chain(folder)))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const day = 24 * 3600_000
/** As if the result had been used last so many days ago. */
const useBefore = async (stage: string, days: number): Promise<void> => {
  const { dir } = await resultOf(stage)
  const time = new Date(Date.now() - days * day)
  utimesSync(join(dir, 'manifest.json'), time, time)
}
const resultOf = async (stage: string) => (await list(store)).find(each => each.stage === stage)!
/** Histories know of uses too, and are asked where a manifest could not be touched. */
const forgetHistories = () => rmSync(join(root(), 'runs'), { recursive: true })

const planned = async (limits: Limits = {}) => {
  const { doomed, used } = await planCollection(await openStore(cacheOf(chain(folder)), { readOnly: true }), limits)
  const words = ({ what, name, why }: (typeof doomed)[number]) => `${what} ${name}: ${why}`
  return { doomed: doomed.map(words), used: used.map(each => words(each.doomed)) }
}
const deadOwner = (): string => {
  const [machine, boot, namespace] = thisProcess().split('-')
  return [machine, boot, namespace, spawnSync('true').pid, 1].join('-')
}

describe('planCollection', () => {
  it('finds nothing to remove where all is well and there are no limits', async () => {
    expect(await planned()).toEqual({ doomed: [], used: [] })
  })

  it('takes what was not used for so long', async () => {
    forgetHistories()
    await useBefore('shout', 31)
    await useBefore('measure', 29)
    expect(await planned({ usedBefore: Date.now() - 30 * day })).toEqual({
      doomed: ['result shout: not used for so long'],
      used: [],
    })
  })

  it('takes a run that found a result for a use of it, and the last run of a pipeline for one too', async () => {
    await useBefore('shout', 31)
    expect((await planned({ usedBefore: Date.now() - 30 * day })).doomed).toEqual([])
    forgetHistories()
    expect((await planned({ usedBefore: Date.now() - 30 * day })).doomed).toHaveLength(1)
    await run(chain(folder))
    forgetHistories()
    expect((await planned({ usedBefore: Date.now() - 30 * day })).doomed).toEqual([])
  })

  it('takes the least recently used until what is left is small enough, and no more', async () => {
    forgetHistories()
    await useBefore('shout', 3)
    await useBefore('read-text', 2)
    await useBefore('measure', 1)
    const { bytes } = await planCollection(store, {})
    expect((await planned({ maxBytes: bytes })).doomed).toEqual([])
    expect((await planned({ maxBytes: bytes - 1 })).doomed).toEqual(['result shout: least recently used'])
    expect((await planned({ maxBytes: 0 })).doomed).toEqual([
      'result shout: least recently used',
      'result read-text: least recently used',
      'result measure: least recently used',
    ])
    const both = { usedBefore: Date.now() - 2.5 * day, maxBytes: 0 }
    expect((await planned(both)).doomed[0]).toBe('result shout: not used for so long')
  })

  it('says exactly how much goes', async () => {
    const before = await planCollection(store, { maxBytes: 0 })
    for (const each of before.doomed) await removeDoomed(store, each)
    const after = await planCollection(store, {})
    expect(before.bytes - after.bytes).toBe(before.doomed.reduce((sum, { bytes }) => sum + bytes, 0))
    expect([await list(store), readdirSync(join(root(), 'entries')), readdirSync(join(root(), 'tmp'))]).toEqual([
      [],
      [],
      [],
    ])
  })

  it('leaves what a run uses, and takes others in its place', async () => {
    const running = await openStore(cacheOf(chain(folder)))
    running.claims.add((await resultOf('shout')).staticKey)
    const { doomed, used } = await planned({ maxBytes: 0 })
    expect([doomed.length, used]).toEqual([2, ['result shout: least recently used']])
    running.claims.release()
    expect((await planned({ maxBytes: 0 })).used).toEqual([])
  })
})

describe('garbage', () => {
  const remove = async () => {
    for (const each of (await planCollection(store, {})).doomed) await removeDoomed(store, each)
  }

  it.each<[string, () => unknown, string]>([
    [
      'a result without its payload',
      async () => rmSync(join((await resultOf('shout')).dir, 'text/text.txt')),
      'result shout: damaged: in its output text: text.txt is missing or cannot be read',
    ],
    [
      'a result whose payload is cut off',
      async () => truncateSync(join((await resultOf('shout')).dir, 'text/text.txt'), 1),
      'result shout: damaged: in its output text: text.txt was changed',
    ],
    [
      'a result without its manifest',
      async () => rmSync(join((await resultOf('shout')).dir, 'manifest.json')),
      'result : damaged: its manifest.json cannot be read (ENOENT)',
    ],
    [
      'what a dead process was writing',
      () => mkdirSync(join(root(), 'tmp', `${deadOwner()}-x`)),
      'left over half-written: its process is dead',
    ],
    [
      'the claims of a dead run',
      () => writeFileSync(join(root(), 'claims', `${deadOwner()}-x`), 'x\n'),
      'left over claim: its process is dead',
    ],
    [
      'the lock of a dead process',
      () => writeFileSync(join(root(), 'locks', 'a'), JSON.stringify({ token: 't', owner: deadOwner() })),
      'left over lock: its process is dead',
    ],
    [
      'what is left of one that died while it removed a lock',
      () => writeFileSync(join(root(), 'locks', 'a.t'), JSON.stringify({ token: 'u', owner: deadOwner() })),
      'left over lock: its process is dead',
    ],
    [
      'checkpoints that nobody can go on from',
      () => write(join(root(), 'scratch', 'a'.repeat(64), '1/kept/x'), 'x'),
      'checkpoints : damaged: nobody can go on from there',
    ],
  ])('%s', async (_, leave, told) => {
    await leave()
    expect(await planned()).toEqual({ doomed: [told], used: [] })
    await remove()
    expect(await planned()).toEqual({ doomed: [], used: [] })
    expect([readdirSync(join(root(), 'locks')), readdirSync(join(root(), 'tmp'))]).toEqual([[], []])
  })

  it('is none of what living processes hold', async () => {
    writeFileSync(join(root(), 'tmp', `${thisProcess()}-x`), '')
    writeFileSync(join(root(), 'locks', 'a'), JSON.stringify({ token: 't', owner: thisProcess() }))
    store.claims.add('a'.repeat(64))
    expect(await planned()).toEqual({ doomed: [], used: [] })
  })

  it('are checkpoints of what is finished, and not those of the same stage over another file', async () => {
    const { staticKey, dir } = await resultOf('read-text')
    const { files } = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8'))
    const locations = [{ pointer: '/file', path: join(folder, 'in.txt') }]
    const scratch = await openScratch(store, staticKey, locations, { fresh: false, stage: 'read-text' })
    writeFileSync(join(scratch.path(), 'x'), 'x')
    // It has read nothing yet: it may come to be of any file.
    expect((await planned()).doomed).toEqual([])
    scratch.declare([{ ...files[0], digest: '0'.repeat(64) }])
    expect((await planned()).doomed).toEqual([])
    scratch.declare([files[0]])
    expect((await planned()).doomed).toEqual(['checkpoints read-text: its result is stored'])
    await remove()
    expect(readdirSync(join(root(), 'scratch'))).toEqual([])
    expect(existsSync(dir) && statSync(dir).isDirectory()).toBe(true)
  })
})
