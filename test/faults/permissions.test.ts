import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cli, type Ended, start, steady } from '../cli/sluice.ts'
import { expectUseOfClosedCache } from './closed-cache.ts'

// A cache that belongs to somebody else, on a disk that could be written to. Root may write everywhere, so the command runs as nobody.

const nobody = 65534
const isRoot = process.getuid?.() === 0
const asNobody = isRoot ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] : []
/** A checkout below a home folder of root's cannot be read by anybody else. */
const canRead =
  spawnSync(asNobody[0] ?? 'true', [...asNobody.slice(1), process.execPath, cli, 'help'], { cwd: '/' }).status === 0
const why = canRead ? '' : ' (skipped: as another user than root the command cannot be run here)'

describe.skipIf(!canRead)(`a cache folder without the right to write${why}`, () => {
  let folder: string
  const run = (...args: readonly string[]): Promise<Ended> => start(folder, args, { by: asNobody }).ended
  const inCache = (path: string) => join(folder, '.sluice', path)
  /** Takes away the right to write to these, and all that is in them. */
  const close = (...paths: readonly string[]) => {
    for (const path of paths)
      for (const each of ['.', ...readdirSync(path, { recursive: true, encoding: 'utf8' })]) {
        const file = join(path, each)
        chmodSync(file, 0o555)
        if (isRoot) chownSync(file, 0, 0)
      }
  }

  const whole = mkdtempSync(join(tmpdir(), 'sluice-whole-'))
  const roots: string[] = [whole]
  const open = (path: string) => spawnSync('chmod', ['-R', 'u+w', path])
  afterAll(() => {
    for (const each of roots) {
      open(each)
      rmSync(each, { recursive: true })
    }
  })
  beforeAll(async () => {
    writeFileSync(
      join(whole, 'near.yaml'),
      'name: near\nvars: { say: made }\nstages:\n  make: { uses: shell, with: { run: "echo ${vars.say}" } }\n',
    )
    if (isRoot) chownSync(whole, nobody, nobody)
    chmodSync(whole, 0o755)
    folder = whole
    expect((await run('run', 'near.yaml')).code).toBe(0)
  })
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-closed-'))
    roots.push(folder)
    chmodSync(folder, 0o755)
    cpSync(whole, folder, { recursive: true, preserveTimestamps: true })
    if (isRoot) spawnSync('chown', ['-R', `${nobody}:${nobody}`, folder])
  })

  it('at all: results are kept elsewhere, or looked at', async () => {
    close(inCache('.'))
    const { code, out, err } = await run('run', 'near.yaml')
    expect([code, out, err]).toEqual([
      2,
      '',
      `error[cache-not-writable] Expected to keep results in ${folder}/.sluice, but permission is denied (EACCES).
hint: Keep them in another folder with --cache-dir, or make this one writable.
`,
    ])
    await expectUseOfClosedCache(run, 'near.yaml', join(folder, 'mine'))
  })

  it('where there is none yet, in a folder of somebody else', async () => {
    rmSync(inCache('.'), { recursive: true })
    close(folder)
    const { code, out, err } = await run('run', 'near.yaml')
    expect([code, out, err]).toEqual([
      2,
      '',
      `error[cache-not-writable] Expected to keep results in ${folder}/.sluice, but permission is denied (EACCES).
hint: Keep them in another folder with --cache-dir, or make this one writable.
`,
    ])
    expect(existsSync(inCache('.'))).toBe(false)
  })

  it.each(['entries', 'locks', 'claims'])(
    'to its %s alone: what is there is reused; what is new is told of and leaves nothing half-done',
    async name => {
      close(inCache(`v1/${name}`))
      const reused = await run('run', 'near.yaml')
      expect([reused.code, reused.err, steady(reused.out)]).toEqual([
        0,
        '',
        expect.stringContaining('\nmake  reused  '),
      ])
      const { code, err } = await run('run', 'near.yaml', '--set', 'vars.say=new')
      // Claims only keep others from removing what is used: without them a run goes on.
      if (name === 'claims') return expect([code, err]).toEqual([0, ''])
      expect([code, err]).toEqual([
        1,
        expect.stringMatching(
          new RegExp(`^
error\\[cache-not-writable\\] Expected to write into the cache, but permission is denied \\(EACCES\\): ${folder}/\\.sluice/v1/\\S+
hint: Make room there, or keep results in another folder with --cache-dir\\.
$`),
        ),
      ])
      expect(readdirSync(inCache('v1/tmp'))).toEqual([])
      expect(readdirSync(inCache('v1/entries'))).toHaveLength(1)
    },
  )
})
