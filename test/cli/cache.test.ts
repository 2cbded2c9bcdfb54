import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cli, type Ended, follow, sluice, start, startInTerminal, steady } from './sluice.ts'

const pipeline = `
name: demo
stages:
  greet: { uses: shell, with: { run: "echo hello" } }
  part: { uses: shell, with: { run: "echo goodbye" }, needs: [greet] }
`
let folder: string
let cache: string
let whole: string

// One run for all tests; each gets a copy of its cache.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'))
  cache = join(folder, '.sluice')
  whole = join(folder, 'whole')
  writeFileSync(join(folder, 'demo.yaml'), pipeline)
  expect((await sluice(folder, 'run', 'demo.yaml')).code).toBe(0)
  rmSync(join(cache, 'v1/runs'), { recursive: true })
  useBefore('hello', 40)
  useBefore('goodbye', 20)
  cpSync(cache, whole, { recursive: true, preserveTimestamps: true })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeEach(() => {
  rmSync(cache, { recursive: true, force: true })
  cpSync(whole, cache, { recursive: true, preserveTimestamps: true })
})

/** The result of the stage that says this word. */
const entryOf = (word: string): string => {
  const all = join(cache, 'v1/entries')
  const dirs = readdirSync(all).map(key => join(all, key, readdirSync(join(all, key))[0]!))
  return dirs.find(dir => readFileSync(join(dir, 'manifest.json'), 'utf8').includes(word))!
}
const useBefore = (word: string, days: number): void => {
  const time = new Date(Date.now() - days * 24 * 3600_000)
  utimesSync(join(entryOf(word), 'manifest.json'), time, time)
}
const pipelineCache = async (...args: string[]): Promise<Ended> => {
  const { out, ...rest } = await sluice(folder, 'cache', ...args)
  const text = steady(out).replaceAll(cache, 'CACHE').replaceAll('.sluice', 'CACHE')
  return {
    ...rest,
    out: text.replaceAll(/\b[0-9a-f]{12}\b/g, 'KEY').replaceAll(/\b[\d.]+ kB|\b\d{3} B/g, 'SIZE'),
  }
}

describe('pipeline cache ls', () => {
  it('lists results, and what else there is', async () => {
    const scratch = join(cache, 'v1/scratch', 'a'.repeat(64), '1')
    cpSync(join(cache, 'v1/entries'), join(scratch, 'kept'), { recursive: true })
    expect(await pipelineCache('ls', '--sort', 'used')).toEqual({
      code: 0,
      out: `stage  size  took  used  key  by
shell  28 B  TIME  40 d 0 h ago  KEY
shell  28 B  TIME  20 d 0 h ago  KEY

besides  size  last written
damaged checkpoints  SIZE  TIME ago

2 results, 56 B; SIZE in all, in CACHE
`,
      err: '',
    })
    const { out } = await sluice(folder, 'cache', 'ls', '--json')
    const lines = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines.map(({ kind, stage, bytes }) => [kind, stage, kind === 'result' && bytes])).toEqual([
      ['result', 'shell', 28],
      ['result', 'shell', 28],
      ['checkpoints', '', false],
      ['half-written', undefined, false],
      ['total', undefined, false],
    ])
  })
})

describe('pipeline cache gc', () => {
  it('says what it would remove, removes just that, and then has nothing to remove', async () => {
    const flags = ['gc', '--older-than', '30d']
    const row = 'result  shell  SIZE  used 40 d 0 h ago  not used for so long\n\n'
    expect(await pipelineCache(...flags, '--dry-run')).toEqual({
      code: 0,
      out: `${row}Would remove 1 thing, SIZE; SIZE would be left in CACHE\n`,
      err: '',
    })
    expect(await pipelineCache(...flags)).toEqual({
      code: 0,
      out: `${row}Removed 1 thing, SIZE; SIZE are left in CACHE\n`,
      err: '',
    })
    expect(await pipelineCache(...flags)).toEqual({ code: 0, out: 'Nothing to remove; SIZE in CACHE\n', err: '' })
    expect(await pipelineCache('ls')).toMatchObject({ out: expect.stringContaining('1 result, 28 B') })
  })

  it('says where a limit cannot be kept', async () => {
    const { out } = await pipelineCache('gc', '--max-size', '1B', '--dry-run')
    expect(out).toBe(`result  shell  SIZE  used 40 d 0 h ago  least recently used
result  shell  SIZE  used 20 d 0 h ago  least recently used

Would remove 2 things, SIZE; SIZE would be left in CACHE
That is more than --max-size 1B: what is in use, and what was fetched, is not removed.
`)
  })

  it('tells programs', async () => {
    const { out } = await sluice(folder, 'cache', 'gc', '--older-than', '30d', '--json')
    const [thing, total] = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(thing).toMatchObject({
      kind: 'thing',
      what: 'result',
      name: 'shell',
      why: 'not used for so long',
      removed: true,
    })
    expect(total).toMatchObject({ kind: 'total', removed: 1, bytes: thing.bytes, dry_run: false, folder: cache })
  })
})

describe('while a run is going on', () => {
  it('what it uses is listed as in use and kept by gc; once it is killed, all may go', async () => {
    const slow = pipeline.replace('echo goodbye', 'sleep 100')
    writeFileSync(join(folder, 'slow.yaml'), slow)
    const { child, ended } = start(folder, ['run', 'slow.yaml', '--json'], { detached: true })
    const events = follow(child)
    await expect
      .poll(() => events.some(({ name, status }) => name === 'part' && status === 'started'), patient)
      .toBe(true)
    try {
      const { out } = await pipelineCache('ls')
      expect(out.split('\n').filter(line => line.includes(`now, by process ${child.pid}`))).toHaveLength(1)
      expect(await pipelineCache('gc', '--max-size', '0B')).toMatchObject({
        out: `result  shell  SIZE  used 20 d 0 h ago  least recently used
result  shell  SIZE  used TIME ago  kept: process ${child.pid} uses it

Removed 1 thing, SIZE; SIZE are left in CACHE
That is more than --max-size 0B: what is in use, and what was fetched, is not removed.
`,
      })
    } finally {
      process.kill(-child.pid!, 'SIGKILL')
      await ended
    }
    const { out } = await pipelineCache('gc', '--max-size', '0B')
    const lines = out.split('\n')
    expect(lines.filter(line => line.includes('result  shell'))).toHaveLength(1)
    expect(lines.filter(line => /^left over {2}(lock|claim) {2}/.test(line))).toHaveLength(2)
    expect(await pipelineCache('gc')).toMatchObject({ out: 'Nothing to remove; SIZE in CACHE\n' })
  })
})

describe('in a terminal', () => {
  it.skipIf(!existsSync('/usr/bin/script'))('verify says how far it has come, and leaves only its answer', async () => {
    const { out } = await startInTerminal(folder, ['cache', 'verify']).ended
    expect(out.replaceAll(cache, 'CACHE')).toBe(
      `\rreading: 28 B of 56 B\r${' '.repeat(21)}\rAll is sound: 2 results, 56 B read, in CACHE\r\n`,
    )
  })
})

const patient = { timeout: 30_000, interval: 20 }

describe('pipeline cache verify', () => {
  it('says that all is sound', async () => {
    expect(await pipelineCache('verify')).toEqual({
      code: 0,
      out: 'All is sound: 2 results, 56 B read, in CACHE\n',
      err: '',
    })
  })

  it('tells every fault, with exit code 1, and removes what is damaged only where it is told to', async () => {
    truncateSync(join(entryOf('hello'), 'output/output.json'), 3)
    writeFileSync(join(entryOf('goodbye'), 'manifest.json'), '{}')
    writeFileSync(join(cache, 'code-digests.json'), '{}')
    writeFileSync(join(cache, 'v1/plans/0.json'), '{}')
    const told = (result: string, memo: string) =>
      `result of shell (KEY): in its output output: output.json was changed. ${result}
result (KEY): its manifest.json was changed. ${result}
code digests (CACHE/code-digests.json): it was changed. ${memo}
plan (CACHE/v1/plans/0.json): it was changed. ${memo}

4 faults; 2 results, 3 B read, in CACHE
`
    const sorted = ({ out, ...rest }: Ended) => ({ ...rest, out: out.split('\n').sort() })
    const expected = (...words: [string, string]) => sorted({ code: 1, out: told(...words), err: '' })
    const left = 'The next run that needs it makes it again.'
    const once = expected(left, 'It counts for nothing: the next run makes it anew.')
    expect(sorted(await pipelineCache('verify'))).toEqual(once)
    expect(sorted(await pipelineCache('verify', 'demo.yaml'))).toEqual(once)
    expect(sorted(await pipelineCache('verify', '--remove'))).toEqual(expected('Removed.', 'Removed.'))
    expect(await pipelineCache('verify')).toEqual({
      code: 0,
      out: 'All is sound: 0 results, 0 B read, in CACHE\n',
      err: '',
    })
  })
})

describe('a mistake on the command line', () => {
  const ages = 'Units: min, h, d, w.'
  const sizes = 'Units: B, kB, MB, GB, TB, KiB, MiB, GiB, TiB.'
  it.each<[string[], string]>([
    [
      ['gc', '--older-than', '3 bananas'],
      `error[flag-value] --older-than needs an age with its unit, as 30d, 12h or 2w; found \`3 bananas\`.\nhint: ${ages}\n`,
    ],
    [
      ['gc', '--older-than', '30'],
      `error[flag-value] --older-than needs an age with its unit, as 30d, 12h or 2w; found \`30\`.\nhint: ${ages}\n`,
    ],
    [
      ['gc', '--max-size', '-1'],
      `error[flag-value] --max-size needs a size with its unit, as 20GB or 500MB; found \`-1\`.\nhint: ${sizes}\n`,
    ],
    [['gc', '--max-size'], 'error[flag-value] --max-size needs a value: --max-size SIZE.\n'],
    [
      ['foo'],
      'error[unknown-command] There is no command `pipeline cache foo`.\nhint: Known here: `ls`, `gc`, `verify`, `path`.\n',
    ],
    [['verfy'], 'error[unknown-command] There is no command `pipeline cache verfy`.\nhint: Did you mean `verify`?\n'],
    [
      [],
      'error[missing-argument] `pipeline cache` needs ls|gc|verify|path.\nhint: Usage: pipeline cache ls|gc|verify|path [FILE] [flags]\n',
    ],
    [
      ['ls', '--max-size', '2GB'],
      'error[unknown-flag] `pipeline cache ls` has no use for `--max-size`.\nhint: It belongs to `pipeline cache gc`.\n',
    ],
    [['ls', '--sort', 'name'], 'error[flag-value] --sort is size, used or stage; found `name`.\n'],
  ])('%j is told of, with exit code 2', async (args, err) => {
    expect(await sluice(folder, 'cache', ...args)).toEqual({ code: 2, out: '', err })
  })
})

// Root may write anywhere, so it looks as somebody else, if that may read the command.
const nobody = { uid: 65534, gid: 65534 }
const isRoot = process.getuid?.() === 0
const asOther = isRoot ? nobody : {}
const canLook = spawnSync(process.execPath, [cli, '--version'], asOther).status === 0

describe.skipIf(!canLook)('a cache that may only be read', () => {
  it('is listed, verified, and planned to be cleared; nothing in it can be removed', () => {
    chmodSync(folder, 0o555)
    for (const path of ['', ...readdirSync(cache, { recursive: true, encoding: 'utf8' })])
      chmodSync(join(cache, path), 0o555)
    const look = (...args: string[]) => {
      const { status, stderr } = spawnSync(process.execPath, [cli, 'cache', ...args], {
        cwd: folder,
        encoding: 'utf8',
        ...asOther,
      })
      return [status, stderr]
    }
    try {
      expect(look('ls')).toEqual([0, ''])
      expect(look('verify')).toEqual([0, ''])
      expect(look('gc', '--max-size', '0B', '--dry-run')).toEqual([0, ''])
      const refused = `error[cache-not-writable] Expected to keep results in ${cache}, but permission is denied (EACCES).
hint: Keep them in another folder with --cache-dir, or make this one writable.
`
      expect(look('gc', '--max-size', '0B')).toEqual([2, refused])
      expect(look('verify', '--remove')).toEqual([2, refused])
    } finally {
      for (const path of ['', ...readdirSync(cache, { recursive: true, encoding: 'utf8' })])
        chmodSync(join(cache, path), 0o755)
      chmodSync(folder, 0o755)
    }
  })
})
