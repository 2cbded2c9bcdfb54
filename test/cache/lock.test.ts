import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { takeLock } from '../../src/cache/lock.ts'
import { fateOf, type Owner, thisProcess } from '../../src/cache/owner.ts'
import { openStore } from '../../src/cache/store.ts'
import { bundle } from '../bundle.ts'
import { random } from '../random.ts'

let folder: string
let locks: string
let tmp: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-lock-'))
  locks = join(folder, 'locks')
  tmp = join(folder, 'tmp')
  mkdirSync(locks)
  mkdirSync(tmp)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** This process with some parts exchanged. */
const owner = (
  parts: Partial<Record<'machine' | 'boot' | 'namespace' | 'pid' | 'start', string | number>> = {},
): Owner => {
  const [machine, boot, namespace, pid, start] = thisProcess().split('-')
  return Object.values({ machine, boot, namespace, pid, start, ...parts }).join('-')
}
/** `0` in containers without a machine-id. */
const machine = thisProcess().split('-')[0]
const endedPid = (): number => spawnSync('true').pid
const text = (token: string, by: Owner): string => JSON.stringify({ token, owner: by })
const taken = (): string[] => readFileSync(join(folder, 'taken.txt'), 'utf8').trim().split('\n')
const ended = (child: ChildProcess): Promise<unknown> => new Promise(resolve => child.on('exit', resolve))
const onLinux = process.platform === 'linux'

describe.runIf(onLinux)('fateOf', () => {
  it.each<[string, () => Owner, onOurDisk: string, onASharedOne?: string]>([
    ['this process', () => owner(), 'alive'],
    ['its parent', () => owner({ pid: process.ppid, start: startOf(process.ppid) }), 'alive'],
    ['a pid that was given out again', () => owner({ start: 1 }), 'dead'],
    ['a process that has ended', () => owner({ pid: endedPid() }), 'dead'],
    ['a process of another boot', () => owner({ boot: 'abc' }), 'dead', machine === '0' ? 'out of sight' : 'dead'],
    ['a process of another machine', () => owner({ machine: 'abc', boot: 'abc' }), 'dead', 'out of sight'],
    [
      'a process of an unknown machine, in another boot',
      () => owner({ machine: 0, boot: 'abc' }),
      'dead',
      'out of sight',
    ],
    ['a process of an unknown machine, in this boot', () => owner({ machine: 0 }), 'alive'],
    ['one of those that has ended', () => owner({ machine: 0, pid: endedPid() }), 'dead'],
    [
      'a process that cannot say its pid namespace, and so lives elsewhere',
      () => owner({ namespace: 0 }),
      'out of sight',
    ],
    [
      'a process of another pid namespace, of which nobody lives',
      () => owner({ namespace: 1 }),
      // Only the machine itself sees into all of them; `faults/containers` has real ones.
      thisProcess().split('-')[2] === '4026531836' ? 'dead' : 'out of sight',
    ],
    ['a text that names no process', () => 'nobody', 'dead'],
  ])('%s', (_, of, onOurDisk, onASharedOne = onOurDisk) => {
    const owner = of()
    expect([fateOf(owner, false), fateOf(owner, true)]).toEqual([onOurDisk, onASharedOne])
  })

  it('a process that waits to be reaped', async () => {
    const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'])
    const pid = await new Promise<string>(resolve => parent.stdout.once('data', data => resolve(String(data).trim())))
    while (!/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')))
      await new Promise(resolve => setTimeout(resolve, 5))
    expect(fateOf(owner({ pid, start: startOf(Number(pid)) }), true)).toBe('dead')
    parent.kill('SIGKILL')
  })
})

const startOf = (pid: number): string => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[19]!

describe('takeLock', () => {
  it('takes a free lock and leaves nothing when it is released', async () => {
    const lock = await takeLock(join(locks, 'a'), tmp)
    expect(JSON.parse(readFileSync(join(locks, 'a'), 'utf8')).owner).toBe(thisProcess())
    await lock.release()
    expect([readdirSync(locks), readdirSync(tmp)]).toEqual([[], []])
  })

  it.each<[string, () => void]>([
    ['a dead owner', () => writeFileSync(join(locks, 'a'), text('t', owner({ pid: endedPid() })))],
    ['what a power cut left', () => writeFileSync(join(locks, 'a'), '')],
    [
      'a dead owner, and two who died while they removed its lock',
      () => {
        writeFileSync(join(locks, 'a'), text('t', owner({ pid: endedPid() })))
        writeFileSync(join(locks, 'a.t'), text('u', owner({ pid: endedPid() })))
        writeFileSync(join(locks, 'a.u'), text('v', owner({ pid: endedPid() })))
      },
    ],
  ])('frees the lock of %s at once', async (_, leave) => {
    leave()
    const waits: string[] = []
    const lock = await takeLock(join(locks, 'a'), tmp, { onWait: reason => waits.push(reason) })
    expect([waits, readdirSync(locks)]).toEqual([[], ['a']])
    await lock.release()
    expect(readdirSync(locks)).toEqual([])
  })

  it('waits for a living owner and says so once', async () => {
    const first = await takeLock(join(locks, 'a'), tmp)
    const waits: string[] = []
    const second = takeLock(join(locks, 'a'), tmp, { onWait: reason => waits.push(reason) })
    await new Promise(resolve => setTimeout(resolve, 150))
    expect(waits).toEqual([`process ${process.pid} is making this result`])
    await first.release()
    await (await second).release()
  })

  it.runIf(onLinux)('waits for an owner in another container, and says how to go on', async () => {
    const file = join(locks, 'a')
    writeFileSync(file, text('t', owner({ namespace: 0, pid: 42 })))
    const waits: string[] = []
    const lock = takeLock(file, tmp, { onWait: reason => waits.push(reason) })
    await expect.poll(() => waits.length).toBe(1)
    expect(waits).toEqual([
      `process 42 of another container or machine is making this result; if it is gone, remove ${file}`,
    ])
    rmSync(file)
    await (await lock).release()
  })

  it('stops waiting when it is aborted', async () => {
    const first = await takeLock(join(locks, 'a'), tmp)
    const control = new AbortController()
    const second = takeLock(join(locks, 'a'), tmp, { signal: control.signal })
    setTimeout(() => control.abort(), 30)
    await expect(second).rejects.toThrow('aborted')
    await first.release()
  })
})

describe('many processes', () => {
  const child = bundle(new URL('./lock-child.ts', import.meta.url))
  const start = (names: readonly string[], dieAfter = 0): ChildProcess =>
    spawn(process.execPath, [child, folder, names.join(','), String(dieAfter)], { stdio: 'inherit' })

  it('that find the same dead locks: each lock goes through every hand, never two at once', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `lock-${i}`)
    for (const [i, name] of names.entries()) {
      writeFileSync(join(locks, name), text('t', owner({ pid: endedPid() })))
      // Every other one was being removed by a process that died.
      if (i % 2 === 0) writeFileSync(join(locks, `${name}.t`), text('u', owner({ pid: endedPid() })))
    }
    await Promise.all(Array.from({ length: 5 }, () => ended(start(names))))
    expect(existsSync(join(folder, 'violations.txt'))).toBe(false)
    expect(taken().length).toBe(5 * names.length)
    expect(readdirSync(locks)).toEqual([])
  })

  it('that are killed at random moments: never two at once, and the lock always goes on', async () => {
    const seed = Number(process.env.SLUICE_SEED ?? Date.now() % 1e6)
    console.log(`seed of the kills: ${seed} (SLUICE_SEED)`)
    const next = random(seed)
    const names = Array.from({ length: 500 }, () => 'lock')
    let deaths = 0
    const worker = async (): Promise<void> => {
      while (deaths++ < 24) await ended(start(names, 60 + 400 * next()))
    }
    await Promise.all([worker(), worker(), worker(), worker()])
    expect(existsSync(join(folder, 'violations.txt'))).toBe(false)
    const before = taken().length
    await ended(start(['lock']))
    expect(taken().length).toBe(before + 1)
  })
})

it.runIf(onLinux)('what another container may still be writing is not swept away', async () => {
  const path = join(folder, 'cache')
  const { root } = await openStore({ path, ours: false })
  const names = [owner({ namespace: 0 }), owner({ boot: 'abc' }), owner({ pid: endedPid() })].map(each => `${each}-x`)
  for (const name of names) writeFileSync(join(root, 'tmp', name), '')
  await openStore({ path, ours: false })
  expect(readdirSync(join(root, 'tmp'))).toEqual([names[0]])
})
