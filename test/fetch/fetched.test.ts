import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { removeDoomed } from '../../src/cache/garbage.ts'
import { takeLock } from '../../src/cache/lock.ts'
import { removeUnused } from '../../src/cache/remove.ts'
import { lockFile, openStore, tmpFolder } from '../../src/cache/store.ts'
import { fetchedFaults, listFetched, staleParts } from '../../src/fetch/fetched.ts'
import { contentPath, folderOf, placesOf } from '../../src/fetch/places.ts'
import { writeRecord } from '../../src/fetch/record.ts'
import { whereabouts } from '../../src/fetch/whereabouts.ts'
import type { FileAddress } from '../../src/plan/address.ts'
import { addressOf } from './fetching.ts'

const address = addressOf('https://example.org/train.json') as FileAddress
let cache: string
let content: string
let folder: string
beforeEach(async () => {
  cache = mkdtempSync(join(tmpdir(), 'sluice-fetched-'))
  onTestFinished(() => rmSync(cache, { recursive: true }))
  const places = placesOf(cache, {})
  folder = folderOf(places, address)
  content = contentPath(places, address)
  mkdirSync(dirname(content), { recursive: true })
  writeFileSync(content, 'hello')
  const sha256 = createHash('sha256').update('hello').digest('hex')
  await writeRecord(places, address, { kind: 'file', address: address.text, bytes: 5, sha256 })
})

const there = () => whereabouts(placesOf(cache, {}), address).there
const faults = async () => {
  const found = []
  for await (const fault of fetchedFaults(cache, () => {})) found.push(fault)
  return found
}

describe('fetchedFaults', () => {
  it('finds none in what is as it was fetched', async () => {
    expect([await faults(), there()]).toEqual([[], true])
    expect(await listFetched(cache)).toEqual([{ dir: folder, address: address.text, bytes: 5 }])
  })

  const named = address.text
  it.each<[string, () => void, flaw: string, name?: string]>([
    ['a flipped byte', () => writeFileSync(content, 'hellp'), 'its content was changed'],
    ['a file that is cut off', () => truncateSync(content, 2), 'its content was changed'],
    ['a file that is gone', () => rmSync(content), 'its content is missing or cannot be read'],
    ['an empty record', () => truncateSync(join(folder, 'record.json')), 'its record is damaged', ''],
    ['a record of something else', () => writeFileSync(join(folder, 'record.json'), '3'), 'its record is damaged', ''],
    [
      'a record that lacks something',
      () => writeFileSync(join(folder, 'record.json'), '{"format":1,"kind":"hub","address":"x","commit":"y"}'),
      'its record is damaged',
      '',
    ],
  ])('%s is told of; once it is removed, it is fetched again', async (_, damage, flaw, name = named) => {
    damage()
    const [fault] = await faults()
    expect(fault).toEqual({
      what: 'fetched',
      name,
      path: folder,
      flaw,
      remedy: 'Remove it (`--remove`): the next run fetches it again.',
      remove: { path: join(folder, 'record.json'), lock: `fetch-${folder.slice(-32)}` },
    })
    const store = await openStore({ path: cache, ours: false })
    expect(await removeUnused(store, fault!.remove!)).toEqual({ removed: true })
    expect([there(), await faults()]).toEqual([false, []])
  })
})

describe('staleParts', () => {
  const leavePart = (days: number): void => {
    const time = new Date(Date.now() - days * 24 * 3600_000)
    writeFileSync(join(folder, 'part'), 'hel')
    utimesSync(join(folder, 'part'), time, time)
  }

  it.each([
    [6.9, 0],
    [7.1, 1],
  ])('of a part that is %d days old: %i', async (days, count) => {
    leavePart(days)
    expect(await staleParts(cache, Date.now())).toHaveLength(count)
  })

  it('are removed, but not while somebody goes on with them', async () => {
    leavePart(8)
    const [part] = await staleParts(cache, Date.now())
    expect(part).toMatchObject({ what: 'part', name: address.text, bytes: 3 })
    const store = await openStore({ path: cache, ours: false })
    const lock = await takeLock(lockFile(store, part!.lock!), tmpFolder(store))
    expect((await removeDoomed(store, part!)).removed).toBe(false)
    await lock.release()
    expect(await removeDoomed(store, part!)).toEqual({ removed: true })
    expect(readdirSync(folder).sort()).toEqual(['content', 'record.json'])
    expect(there()).toBe(true)
  })
})
