import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { takeLock } from '../../src/cache/lock.ts'
import { thisProcess } from '../../src/cache/owner.ts'
import { removeUnused, usedWords } from '../../src/cache/remove.ts'
import { entriesFolder, lockFile, openStore, tmpFolder } from '../../src/cache/store.ts'
import { bundle } from '../bundle.ts'
import { judge } from '../faults/project.ts'
import { random } from '../random.ts'

let folder: string
let cache: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-remove-'))
  cache = join(folder, '.sluice')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = () => openStore({ path: cache, ours: false })
const keyOf = (digit: string) => digit.repeat(64)

describe('removeUnused', () => {
  const put = async () => {
    const store = await open()
    const key = keyOf('a')
    const path = join(entriesFolder(store, key), key)
    mkdirSync(path, { recursive: true })
    writeFileSync(join(path, 'x'), 'x')
    return { store, path, thing: { path, lock: key, claim: key } }
  }
  const words = `process ${process.pid} uses it`

  it('removes a thing, and the folder of its key with the last one', async () => {
    const { store, path, thing } = await put()
    expect(await removeUnused(store, thing)).toEqual({ removed: true })
    expect([existsSync(path), readdirSync(entriesFolder(store)), readdirSync(tmpFolder(store))]).toEqual([
      false,
      [],
      [],
    ])
    expect(await removeUnused(store, thing)).toEqual({ removed: true })
  })

  it('leaves alone what a run has claimed, until that is released', async () => {
    const { store, path, thing } = await put()
    const run = await open()
    run.claims.add(keyOf('b'))
    run.claims.add(keyOf('a'))
    const kept = await removeUnused(store, thing)
    expect([kept.removed, 'usedBy' in kept && usedWords(kept.usedBy), existsSync(join(path, 'x'))]).toEqual([
      false,
      words,
      true,
    ])
    run.claims.release()
    expect(readdirSync(join(store.root, 'claims'))).toEqual([])
    expect(await removeUnused(store, thing)).toEqual({ removed: true })
  })

  it('leaves alone what is being made', async () => {
    const { store, thing } = await put()
    const lock = await takeLock(lockFile(store, keyOf('a')), tmpFolder(store))
    const kept = await removeUnused(store, thing)
    expect([kept.removed, 'usedBy' in kept && usedWords(kept.usedBy)]).toEqual([false, words])
    await lock.release()
    expect(await removeUnused(store, thing)).toEqual({ removed: true })
  })

  it.runIf(process.platform === 'linux')(
    'heeds the claims of who may be in another container, and says how to end them',
    async () => {
      const { store, thing } = await put()
      const [machine, boot, , , start] = thisProcess().split('-')
      // It could not tell its namespace.
      const claim = join(store.root, 'claims', `${[machine, boot, 0, 42, start].join('-')}-x`)
      writeFileSync(claim, `${keyOf('a')}\n`)
      const kept = await removeUnused(await open(), thing)
      expect('usedBy' in kept && usedWords(kept.usedBy)).toBe(
        `process 42 of another container or machine uses it; if that is gone, remove ${claim}`,
      )
      rmSync(claim)
      expect(await removeUnused(store, thing)).toEqual({ removed: true })
    },
  )

  it('takes no notice of the claims of the dead, which the next run clears away', async () => {
    const { store, thing } = await put()
    const child = spawn('true')
    await new Promise(resolve => child.on('exit', resolve))
    const [machine, boot, namespace] = thisProcess().split('-')
    writeFileSync(
      join(store.root, 'claims', `${[machine, boot, namespace, child.pid, 1].join('-')}-x`),
      `${keyOf('a')}\n`,
    )
    expect(await removeUnused(store, thing)).toEqual({ removed: true })
    await open()
    expect(readdirSync(join(store.root, 'claims'))).toEqual([])
  })
})

describe('processes', () => {
  const collector = bundle(new URL('./gc-child.ts', import.meta.url))
  const user = bundle(new URL('./user-child.ts', import.meta.url))
  const runner = bundle(new URL('../runner/run-child.ts', import.meta.url))

  const collect = async (): Promise<ChildProcess & { readonly removed: () => number }> => {
    const child = spawn(process.execPath, [collector, cache], { stdio: ['ignore', 'pipe', 'inherit'] })
    let lines = 0
    const ready = new Promise(resolve =>
      child.stdout.on('data', data => {
        lines += String(data).split('\n').length - 1
        resolve(undefined)
      }),
    )
    await ready
    return Object.assign(child, { removed: () => lines - 1 })
  }
  const ended = (child: ChildProcess): Promise<number | null> => new Promise(resolve => child.on('exit', resolve))
  const kill = async (child: ChildProcess): Promise<void> => {
    const gone = ended(child)
    child.kill('SIGKILL')
    await gone
  }

  it('that use results while others remove them: none that is claimed is ever gone', async () => {
    const store = await open()
    const keys = ['0', '1', '2', '3'].map(keyOf)
    const remover = spawn(
      process.execPath,
      [bundle(new URL('./remove-child.ts', import.meta.url)), cache, keys.join(',')],
      {
        stdio: 'inherit',
      },
    )
    const users = [1, 2].map(() =>
      ended(spawn(process.execPath, [user, cache, keys.join(','), '150'], { stdio: 'inherit' })),
    )
    expect(await Promise.all(users)).toEqual([0, 0])
    await kill(remover)
    const notes = readFileSync(join(cache, 'notes.txt'), 'utf8').trim().split('\n')
    expect(notes.filter(note => note === note.toUpperCase())).toEqual([])
    // They did get in each other's way.
    expect(notes.filter(note => note.startsWith('made')).length).toBeGreaterThan(keys.length)
    expect(readdirSync(join(store.root, 'claims'))).toEqual([])
  })

  it('that run a pipeline while others remove what they can: every run ends well, with the right results', async () => {
    writeFileSync(join(folder, 'in.txt'), '100000')
    const run = async () => {
      const child = spawn(process.execPath, [runner, folder, '0'])
      let errors = ''
      child.stderr.on('data', data => (errors += data))
      return { code: await ended(child), errors }
    }
    expect(await run()).toEqual({ code: 0, errors: '' })
    const right = (await judge({ folder })).sound
    expect(right).toBe(3)
    const collecting = await collect()
    for (let round = 0; round < 3; round++)
      expect(await Promise.all([run(), run()])).toEqual([
        { code: 0, errors: '' },
        { code: 0, errors: '' },
      ])
    expect(collecting.removed()).toBeGreaterThan(3)
    await kill(collecting)
    expect(await run()).toEqual({ code: 0, errors: '' })
    expect(await judge({ folder })).toEqual({ sound: 3, faults: [] })
  }, 120_000)

  it('that are killed while they remove leave every result whole, or none of it', async () => {
    const seed = Number(process.env.SLUICE_SEED ?? Date.now() % 1e6)
    console.log(`seed of the kills: ${seed} (SLUICE_SEED)`)
    const next = random(seed)
    writeFileSync(join(folder, 'in.txt'), '100000')
    let left = 0
    for (let round = 0; round < 6; round++) {
      await ended(spawn(process.execPath, [runner, folder, '0']))
      const collecting = await collect()
      const [most, later] = [Math.floor(3 * next()), 3 * next()]
      while (collecting.removed() < most) await new Promise(resolve => setImmediate(resolve))
      await new Promise(resolve => setTimeout(resolve, later))
      await kill(collecting)
      const { sound, faults } = await judge({ folder })
      expect(faults).toEqual([])
      left += sound
    }
    console.log(`${left} of 18 results were left`)
    await ended(spawn(process.execPath, [runner, folder, '0']))
    expect(await judge({ folder })).toEqual({ sound: 3, faults: [] })
    expect(readdirSync(join(cache, 'v1/tmp'))).toEqual([])
  }, 120_000)
})
