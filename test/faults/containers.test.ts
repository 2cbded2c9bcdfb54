import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith, follow, runInShell, type Started, type StartOptions, start } from '../cli/sluice.ts'

// Runs in pid namespaces of their own, as containers have them, beside runs on the machine itself: over one cache.

const patient = { timeout: 60_000, interval: 50 }
const container = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child']
const canUnshare = spawnSync(container[0]!, [...container.slice(1), 'true']).status === 0
const onMachine = canUnshare && readlinkSync('/proc/self/ns/pid') === 'pid:[4026531836]'
const why = canUnshare ? '' : ' (skipped: needs the right to make a pid namespace, as root has it)'
const whyMachine = canUnshare && !onMachine ? ' (skipped: this is a container itself)' : why

/** A stage that never ends the first time, and is done at once the second time. */
const slow = `name: near
stages:
  slow: { uses: shell, with: { run: "[ -e here ] || { touch here; sleep 300; }; echo done >> count.txt" } }
`

/** A run in a folder of its own, which is at work; and the lock that it holds. */
const atWork = async (options: StartOptions) => {
  const folder = folderWith({ 'near.yaml': slow })
  const first = start(folder, ['run', 'near.yaml'], options)
  await expect.poll(() => existsSync(join(folder, 'here')), patient).toBe(true)
  const locks = join(folder, '.sluice/v1/locks')
  const lock = join(locks, readdirSync(locks)[0]!)
  const pid = JSON.parse(readFileSync(lock, 'utf8')).owner.split('-')[3]
  return { folder, first, lock, pid }
}

/** Another run there, which has to wait; and what for. */
const waiting = async (folder: string, options: StartOptions) => {
  const second = start(folder, ['run', 'near.yaml', '--json'], options)
  const events = follow(second.child)
  await expect.poll(() => events.some(({ status }) => status === 'waiting'), patient).toBe(true)
  return { second, reasons: () => events.flatMap(({ status, reason }) => (status === 'waiting' ? [reason] : [])) }
}

const elsewhere = (pid: string, lock: string): string =>
  `process ${pid} of another container or machine is making this result; if it is gone, remove ${lock}`

const kill = async ({ child, ended }: Started): Promise<void> => {
  child.kill('SIGKILL')
  await ended
}

const isOver = async ({ ended }: Started, folder: string): Promise<void> => {
  const { code, err } = await ended
  expect([code, err, readFileSync(join(folder, 'count.txt'), 'utf8')]).toEqual([0, '', 'done\n'])
}

describe.skipIf(!onMachine)(`a run in a container${whyMachine}`, () => {
  it('is waited for on the machine while it lives, and its lock frees itself when it is killed', async () => {
    const { folder, first, lock, pid } = await atWork({ by: container })
    // The run is the first process of its namespace, as a container's command is.
    expect(pid).toBe('1')
    const { second, reasons } = await waiting(folder, {})
    await new Promise(resolve => setTimeout(resolve, 1500))
    expect([reasons(), second.child.exitCode]).toEqual([[elsewhere(pid, lock)], null])
    await kill(first)
    await isOver(second, folder)
  }, 90_000)

  it('that was killed stops nobody, though another container has a process of its number', async () => {
    const { folder, first } = await atWork({ by: container })
    await kill(first)
    const other = spawn(container[0]!, [...container.slice(1), 'sleep', '300'])
    try {
      // It may be told to wait for a moment, while the killed one is on its way out.
      await isOver(start(folder, ['run', 'near.yaml']), folder)
    } finally {
      other.kill('SIGKILL')
    }
  }, 90_000)
})

describe.skipIf(!canUnshare)(`a run elsewhere${why}`, () => {
  it.each<[string, StartOptions]>([
    ['on the machine', {}],
    ['in another container', { by: container }],
  ])(
    '(%s) is waited for in a container, which cannot know whether it lives, until its lock is removed',
    async (_, options) => {
      const { folder, first, lock, pid } = await atWork(options)
      const { second, reasons } = await waiting(folder, { by: container })
      await kill(first)
      await new Promise(resolve => setTimeout(resolve, 1500))
      expect([reasons(), second.child.exitCode, existsSync(lock)]).toEqual([[elsewhere(pid, lock)], null, true])
      unlinkSync(lock)
      await isOver(second, folder)
    },
    90_000,
  )

  it('in a namespace without a /proc of its own: a living run is waited for, a killed one is not', async () => {
    const folder = folderWith({ 'near.yaml': slow })
    const script = `
      $SLUICE run near.yaml > first.txt & first=$!
      until [ -e here ]; do sleep 0.1; done
      $SLUICE run near.yaml --json > second.txt & second=$!
      until grep -qs waiting second.txt; do sleep 0.1; done
      sleep 1.5
      disown $first
      kill -9 $first
      wait $second`
    const { code, err } = await runInShell(folder, `unshare --pid --fork --kill-child bash -c '${script}'`)
    expect([code, err]).toEqual([0, ''])
    const second = readFileSync(join(folder, 'second.txt'), 'utf8')
    expect(second.match(/"reason":"[^"]*"/g)).toEqual([
      expect.stringMatching(/^"reason":"process \d+ is making this result"$/),
    ])
    expect(readFileSync(join(folder, 'count.txt'), 'utf8')).toBe('done\n')
  }, 90_000)
})
