import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../src/cache/store.ts'
import { defineArtifact } from '../../src/plugin/artifact.ts'
import { writeColumns } from '../../src/plugin/columns.ts'
import { Type } from '../../src/plugin/schema.ts'
import { defineStage } from '../../src/plugin/stage.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import { runPlan } from '../../src/runner/run-plan.ts'
import { planOf, temporaryFolder } from './rig.ts'

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Makes a column of so many bytes; `prepare` is told the folder that it is written into. */
const numbers = (bytes: number, prepare: (dir: string) => void = () => {}) =>
  planOf(folder, {
    numbers: {
      definition: defineStage({
        name: 'numbers',
        version: 1,
        summary: 'Makes numbers.',
        config: Type.Object({}),
        outputs: {
          numbers: defineArtifact<Uint8Array>({
            kind: 'Numbers',
            version: 1,
            schema: Type.Integer(),
            write(value, dir) {
              prepare(dir)
              return writeColumns(dir, 'numbers', { value })
            },
            read: () => new Uint8Array(),
          }),
        },
        run: () => ({ numbers: new Uint8Array(bytes) }),
      }),
    },
  })

const run = async (plan: ReturnType<typeof numbers>, cache: string, afterOpening: () => void = () => {}) => {
  const store = await openStore({ path: cache, ours: false })
  afterOpening()
  const events: RunEvent[] = []
  const { exitCode } = await runPlan({
    plan,
    store,
    emit: event => events.push(event),
    signal: new AbortController().signal,
  })
  return { exitCode, said: events.filter(({ event }) => event === 'diagnostic' || event === 'bug') }
}

const refused = (place: string) => ({
  exitCode: 1,
  said: [
    {
      event: 'diagnostic',
      stage: 'numbers',
      diagnostic: {
        severity: 'error',
        code: 'cache-not-writable',
        message: `Expected to write into the cache, but no space is left on the disk (ENOSPC): ${place}`,
        hint: 'Make room there, or keep results in another folder with --cache-dir.',
      },
    },
  ],
})

it.runIf(process.platform === 'linux')('a result that the disk does not take is not a bug', async () => {
  const cache = join(folder, 'cache')
  const full = (dir: string) => symlinkSync('/dev/full', join(dir, 'numbers.0.msgpack'))
  expect(await run(numbers(100, full), cache)).toEqual(refused(cache))
  expect(readdirSync(join(cache, 'v1/tmp'))).toEqual([])
})

const mounted = temporaryFolder()
const canMount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', mounted]).status === 0
if (!canMount) rmSync(mounted, { recursive: true })

describe.skipIf(!canMount)(`on a small disk${canMount ? '' : ' (skipped: needs the right to mount one)'}`, () => {
  const cache = join(mounted, 'cache')
  beforeAll(() => mkdirSync(cache))
  afterAll(() => {
    spawnSync('umount', [mounted])
    rmSync(mounted, { recursive: true })
  })

  it('a result that is too large is not a bug, and leaves the room to what fits', async () => {
    expect(await run(numbers(1_000_000), cache)).toEqual(refused(cache))
    expect(await run(numbers(10_000), cache)).toEqual({ exitCode: 0, said: [] })
  })

  it('nor is a lock that has no room', async () => {
    const fill = () => {
      const { status } = spawnSync('dd', ['if=/dev/zero', `of=${join(mounted, 'filler')}`, 'bs=4k'])
      expect(status).toBe(1)
    }
    const other = numbers(10)
    const plan = { ...other, stages: other.stages.map(stage => ({ ...stage, code: 'f00d' })) }
    expect(await run(plan, cache, fill)).toEqual(refused(cache))
  })
})
