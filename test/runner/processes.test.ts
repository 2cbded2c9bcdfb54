import { spawn } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { list } from '../../src/cache/list.ts'
import { readEntries } from '../../src/cache/look-up.ts'
import { inspect } from '../../src/cache/payload.ts'
import { openStore } from '../../src/cache/store.ts'
import { bundle } from '../bundle.ts'
import { holds } from '../faults/project.ts'
import { random } from '../random.ts'
import { filesIn, temporaryFolder, write } from './rig.ts'

const child = bundle(new URL('./run-child.ts', import.meta.url))

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
  write(join(folder, 'in.txt'), '100000')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number | null
  readonly stages?: Readonly<Record<string, string>>
  readonly waited?: boolean
  readonly errors: string
}

const start = (pause = 0, killAfter = Number.POSITIVE_INFINITY, where = folder): Promise<Ended> =>
  new Promise(resolve => {
    const running = spawn(process.execPath, [child, where, String(pause)])
    const timer = killAfter < 1e6 ? setTimeout(() => running.kill('SIGKILL'), killAfter) : undefined
    let out = ''
    let errors = ''
    running.stdout.on('data', data => (out += data))
    running.stderr.on('data', data => (errors += data))
    running.on('close', code => {
      clearTimeout(timer)
      resolve({ code, errors, ...(out !== '' && JSON.parse(out)) })
    })
  })

const cache = () => ({ path: join(folder, '.sluice'), ours: true })
const payload = (of = folder) =>
  Object.entries(filesIn(join(of, '.sluice/v1/entries'))).filter(([path]) => path.endsWith('.msgpack'))

/** What is wrong with what a process has left behind. */
const faults = async (): Promise<string[]> => {
  const store = await openStore(cache(), { readOnly: true })
  const wrong: string[] = []
  for (const { dir, damage } of await list(store)) if (damage !== undefined) wrong.push(`${dir}: ${damage}`)
  // Killed early enough, a process has made the store's folder and nothing in it.
  const entries = join(store.root, 'entries')
  for (const key of existsSync(entries) ? readdirSync(entries) : []) {
    for (const { dir, manifest } of (await readEntries(store, key)).entries) {
      for (const [port, output] of Object.entries(manifest.outputs)) {
        const reason = await inspect(join(dir, port), output)
        if (reason !== undefined) wrong.push(`${dir}: ${reason}`)
      }
    }
  }
  return wrong
}

describe('processes', () => {
  it('killed at random moments leave nothing that a later run takes for a result', async () => {
    const seed = Number(process.env.SLUICE_SEED ?? Date.now() % 1e6)
    console.log(`seed of the kills: ${seed} (SLUICE_SEED)`)
    const next = random(seed)
    const begun = performance.now()
    const undisturbed = await start()
    const wholeMs = performance.now() - begun
    expect(undisturbed).toEqual({
      code: 0,
      errors: '',
      waited: false,
      stages: { count: 'ran', square: 'ran', again: 'ran' },
    })
    const right = payload()
    expect(right.length).toBe(3 * (1 + 1 + 3))

    rmSync(join(folder, '.sluice'), { recursive: true })
    for (let kill = 0; kill < 12; kill++) {
      await start(0, wholeMs * (0.2 + 0.9 * next()))
      if (readdirSync(folder).includes('.sluice')) expect(await faults()).toEqual([])
      // Every few kills from the beginning, or all would soon be done.
      if (kill % 4 === 3) rmSync(join(folder, '.sluice'), { recursive: true, force: true })
    }
    const last = await start()
    expect([last.code, last.errors, last.waited]).toEqual([0, '', false])
    expect(payload()).toEqual(right)
    expect(readdirSync(join(folder, '.sluice/v1/tmp'))).toEqual([])
    const locks = join(folder, '.sluice/v1/locks')
    expect(readdirSync(locks).filter(name => name.length === 64 && holds(join(locks, name)))).toEqual([])
    expect((await start()).stages).toEqual({ count: 'cached', square: 'cached', again: 'cached' })
  }, 180_000)

  it('started together do the work once: one waits and uses the result of the other', async () => {
    const both = await Promise.all([start(800), start(800)])
    expect(both.map(({ code, errors }) => [code, errors])).toEqual([
      [0, ''],
      [0, ''],
    ])
    expect(both.map(({ stages }) => stages!.count).sort()).toEqual(['cached', 'ran'])
    expect(both.find(({ stages }) => stages!.count === 'cached')!.waited).toBe(true)
    expect(readFileSync(join(folder, 'calls.txt'), 'utf8')).toBe('count\n')
  })

  it('need not wait for one that was killed', async () => {
    await start(60_000, 1500)
    expect(readFileSync(join(folder, 'calls.txt'), 'utf8')).toBe('count\n')
    const next = await start()
    expect([next.code, next.waited, next.stages!.count]).toEqual([0, false, 'ran'])
  })

  it('use a cache that was copied to another folder', async () => {
    await start()
    const copy = temporaryFolder()
    cpSync(folder, copy, { recursive: true })
    expect((await start(0, undefined, copy)).stages).toEqual({ count: 'cached', square: 'cached', again: 'cached' })
    rmSync(copy, { recursive: true })
  })
})
