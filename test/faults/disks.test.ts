import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { folderWith, sluice, steady } from '../cli/sluice.ts'
import { expectUseOfClosedCache } from './closed-cache.ts'
import { makeProject } from './project.ts'

// Disks that are full, may not be written to, are several, or lose what they were given.

const pipeline = (run: string, more = ''): string =>
  `name: disks\nstages:\n  make: { uses: shell, with: { run: "${run}"${more} } }\n`

const mounted = mkdtempSync(join(tmpdir(), 'sluice-disk-'))
const mount = (...args: readonly string[]): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', ...args, 'tmpfs', mounted]).status === 0
const canMount = mount('-o', 'size=200k')
afterAll(() => {
  if (canMount) spawnSync('umount', [mounted])
  rmSync(mounted, { recursive: true })
})

describe.skipIf(!canMount)(`a small disk${canMount ? '' : ' (skipped: needs the right to mount one)'}`, () => {
  beforeEach(() => {
    mount('-o', 'remount,rw,size=4m')
    for (const name of readdirSync(mounted)) rmSync(join(mounted, name), { recursive: true })
    mount('-o', 'remount,size=200k')
  })

  it('that is full when the result is to be stored: told, nothing half-done, and all is well once there is room', async () => {
    writeFileSync(join(mounted, 'disks.yaml'), pipeline('head -c 1000000 /dev/zero > big 2>/dev/null; echo made'))
    const { code, err } = await sluice(mounted, 'run', 'disks.yaml')
    expect([code, err]).toEqual([
      1,
      `
error[cache-not-writable] Expected to write into the cache, but no space is left on the disk (ENOSPC): ${mounted}/.sluice
hint: Make room there, or keep results in another folder with --cache-dir.
`,
    ])
    expect(['entries', 'tmp', 'locks'].flatMap(name => readdirSync(join(mounted, '.sluice/v1', name)))).toEqual([])
    rmSync(join(mounted, 'big'))
    mount('-o', 'remount,size=4m')
    expect((await sluice(mounted, 'run', 'disks.yaml')).code).toBe(0)
    expect((await sluice(mounted, 'cat', 'disks.yaml', 'make')).out).toBe('{"exit_code":0,"outputs":[]}\n')
  })

  it('that is full where the stage writes: the command is heard, and runs again once there is room', async () => {
    writeFileSync(join(mounted, 'disks.yaml'), pipeline('head -c 1000000 /dev/zero > big', ', outputs: [big]'))
    const { code, err } = await sluice(mounted, 'run', 'disks.yaml')
    expect([code, err]).toEqual([
      1,
      `
error[command-failed] Expected the command to end with exit code 0, but it ended with 1.
The command:
    head -c 1000000 /dev/zero > big
The last of its output:
    head: error writing 'standard output': No space left on device
`,
    ])
    mount('-o', 'remount,size=4m')
    expect((await sluice(mounted, 'run', 'disks.yaml')).code).toBe(0)
    expect(statSync(join(mounted, 'big')).size).toBe(1_000_000)
  })

  it('that may not be written to: results are kept elsewhere, or looked at', async () => {
    writeFileSync(join(mounted, 'disks.yaml'), pipeline('echo made'))
    await sluice(mounted, 'run', 'disks.yaml')
    mount('-o', 'remount,ro')
    const refused = await sluice(mounted, 'run', 'disks.yaml')
    expect([refused.code, refused.out, refused.err]).toEqual([
      2,
      '',
      `error[cache-not-writable] Expected to keep results in ${mounted}/.sluice, but the disk is read-only (EROFS).
hint: Keep them in another folder with --cache-dir, or make this one writable.
`,
    ])
    await expectUseOfClosedCache((...args) => sluice(mounted, ...args), 'disks.yaml', folderWith({}))
  })
})

describe.skipIf(!existsSync('/dev/shm'))('a cache on another disk than the pipeline', () => {
  it.each(['a link', '--cache-dir'])('%s: results are kept there and found again', async how => {
    const shared = mkdtempSync('/dev/shm/sluice-')
    try {
      const folder = folderWith({ 'disks.yaml': pipeline('echo made > out', ', outputs: [out]') })
      if (how === 'a link') symlinkSync(shared, join(folder, '.sluice'))
      const more = how === 'a link' ? [] : ['--cache-dir', shared]
      for (const status of ['ran', 'reused']) {
        const { code, out, err } = await sluice(folder, 'run', 'disks.yaml', ...more)
        expect([code, err]).toEqual([0, ''])
        expect(steady(out)).toContain(`\nmake  ${status}  TIME  `)
      }
      expect(readdirSync(join(shared, 'v1/entries'))).toHaveLength(1)
      expect((await sluice(folder, 'cache', 'verify', ...more)).code).toBe(0)
    } finally {
      rmSync(shared, { recursive: true })
    }
  })
})

describe('damage', () => {
  const { folder } = makeProject()
  const cache = join(folder, '.sluice')
  const whole = join(folder, 'whole')
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const run = () => sluice(folder, 'run', 'whole.yaml', '--until', 'span')
  beforeAll(async () => {
    expect((await run()).code).toBe(0)
    cpSync(cache, whole, { recursive: true, preserveTimestamps: true })
  }, 60_000)
  beforeEach(() => {
    rmSync(cache, { recursive: true })
    cpSync(whole, cache, { recursive: true, preserveTimestamps: true })
  })

  const flip = (share: number) => (file: string) => {
    const bytes = readFileSync(file)
    bytes[Math.min(bytes.length - 1, Math.floor(bytes.length * share))]! ^= 1
    writeFileSync(file, bytes)
  }
  const damages: Readonly<Record<string, (file: string) => void>> = {
    'flipped at its start': flip(0),
    'flipped in the middle': flip(0.5),
    'flipped at its end': flip(1),
    'cut off': file => truncateSync(file, statSync(file).size - 3),
    emptied: file => truncateSync(file),
    removed: file => rmSync(file),
    'a folder in its place': file => {
      rmSync(file)
      mkdirSync(file)
    },
  }
  const isManifest = (path: string) => path.endsWith('manifest.json')
  const isPayload = (path: string) => path.startsWith('v1/entries/') && !isManifest(path)
  const filesIn = (dir: string) =>
    readdirSync(dir, { recursive: true, encoding: 'utf8' })
      .filter(path => statSync(join(dir, path)).isFile())
      .sort()
  const payloads = (dir: string) =>
    Object.fromEntries(
      filesIn(dir)
        .filter(isPayload)
        .map(path => [path, readFileSync(join(dir, path), 'latin1')]),
    )

  it.each(Object.entries(damages))(
    '%s, of two results the manifest, of two the payload, and all that is no result: told of, and all is right again',
    async (_, damage) => {
      const entries = filesIn(cache).filter(isManifest).map(dirname)
      const struck = filesIn(cache).filter(path => {
        const at = entries.findIndex(entry => path.startsWith(entry))
        return at < 0 || (at % 2 === 0 ? isManifest(path) : isPayload(path))
      })
      for (const path of struck) if (statSync(join(cache, path)).size > 0) damage(join(cache, path))
      const { code, err } = await run()
      const told = [...err.matchAll(/A stored result of (\S+) was damaged/g)].map(([, stage]) => stage)
      expect([code, told]).toEqual([0, ['read', 'keep', 'tokenize', 'span']])
      expect(payloads(cache)).toEqual(payloads(whole))
      expect((await run()).err).toBe('')
    },
    60_000,
  )
})
