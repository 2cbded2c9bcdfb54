import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { folderWith, runInShell, sluice, start } from './sluice.ts'

/** A copy of a case, in which results and outputs may be made. */
const caseFolder = (name: string): string => {
  const folder = folderWith({})
  cpSync(fileURLToPath(new URL(`../cases/${name}`, import.meta.url)), folder, { recursive: true })
  return folder
}

describe('cases', () => {
  it('27 stale-lock-and-two-runs: after kill -9 the next run needs no help', async () => {
    const folder = caseFolder('27-stale-lock-and-two-runs')
    const { child, ended } = start(folder, ['run', 'pipeline.yaml'])
    await expect.poll(() => readdirSync(join(folder, '.sluice/v1/locks')).length, { timeout: 60_000 }).toBe(1)
    setTimeout(() => child.kill('SIGKILL'), 1000)
    await ended
    expect((await sluice(folder, 'run', 'pipeline.yaml')).code).toBe(0)
    expect(readFileSync(join(folder, 'count.txt'), 'utf8')).toBe('x\n')
  })

  it('27 stale-lock-and-two-runs: of two runs at once the second uses what the first makes', async () => {
    const folder = caseFolder('27-stale-lock-and-two-runs')
    const both = await Promise.all([1, 2].map(() => sluice(folder, 'run', 'pipeline.yaml')))
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    expect(readFileSync(join(folder, 'count.txt'), 'utf8')).toBe('x\n')
    const words = both.map(({ out }) => (/^slow: (done|reused)/m.exec(out) ?? [])[1])
    expect(words.sort()).toEqual(['done', 'reused'])
  })

  it('49 plain-output-in-ci: no control characters, one started and one done or reused line a stage', async () => {
    const folder = caseFolder('49-plain-output-in-ci')
    for (const ending of ['done', 'reused']) {
      const { code, out, err } = await sluice(folder, 'run', 'pipeline.yaml')
      expect([code, /[\u001b\r]/.test(out + err)]).toEqual([0, false])
      for (const stage of ['read', 'tokenize', 'span']) {
        const lines = out.split('\n').filter(line => line.startsWith(`${stage}: `))
        expect(lines.filter(line => line === `${stage}: started`)).toHaveLength(1)
        expect(lines.filter(line => line.startsWith(`${stage}: ${ending}`))).toHaveLength(1)
      }
    }
    const records = await sluice(folder, 'cat', 'pipeline.yaml', 'span')
    const events = await sluice(folder, 'run', 'pipeline.yaml', '--json')
    for (const { code, out } of [records, events]) {
      expect(code).toBe(0)
      for (const line of out.trimEnd().split('\n')) JSON.parse(line)
    }
  })

  it('51 noisy-child: 200 MB pass in little memory; exit code, last lines and command are in the error', async () => {
    const folder = caseFolder('51-noisy-child')
    const { code, out, err } = await runInShell(
      folder,
      `$SLUICE run pipeline.yaml --json > out.txt & pid=$!
       peak=0
       while kill -0 $pid 2> /dev/null; do
         now=$(grep -s VmHWM /proc/$pid/status | tr -dc 0-9); [ "\${now:-0}" -gt $peak ] && peak=$now; sleep 0.1
       done
       wait $pid; code=$?; echo $peak; exit $code`,
    )
    expect(code).toBe(1)
    expect(Number(out)).toBeLessThan(500_000)
    expect(readFileSync(join(folder, 'out.txt'), 'utf8')).toContain('"name":"loud","status":"ran"')
    expect(err).toBe(`error[command-failed] Expected the command to end with exit code 0, but it ended with 7.
The command:
    echo why >&2; exit 7
The last of its output:
    why
`)
  })
})
