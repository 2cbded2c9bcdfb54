import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { alive, processesWith } from '../processes.ts'
import { folderWith, sluice, start, steady } from './sluice.ts'

const pipeline = (command: string, more = '') => `stages:
  sort:
    uses: shell
    with: { run: ${JSON.stringify(command)}, inputs: [words.txt, lists], outputs: [made/sorted.txt]${more} }
`
const files = {
  'my.yaml': pipeline('mkdir -p made; sort words.txt lists/* > made/sorted.txt'),
  'words.txt': 'b\na\n',
  'lists/one.txt': 'c\n',
}

/** What became of the stage in a run. */
const statusOf = async (folder: string, ...args: readonly string[]): Promise<string> => {
  const { code, out, err } = await sluice(folder, 'run', 'my.yaml', '--json', ...args)
  expect([code, err]).toEqual([0, ''])
  const events = out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  return events.findLast(({ event, name }) => event === 'stage' && name === 'sort').status
}

const set = (field: string, value: string) => ['--set', `stages.sort.with.${field}=${value}`]

describe('a shell stage in a pipeline', () => {
  it('runs again when what it reads or made is not as it was, and when its command or environment is another', async () => {
    const folder = folderWith(files)
    const sorted = join(folder, 'made/sorted.txt')
    const steps: (readonly [string, () => unknown, readonly string[], string])[] = [
      ['first', () => {}, [], 'ran'],
      ['nothing changed', () => {}, [], 'cached'],
      ['an input changed', () => writeFileSync(join(folder, 'words.txt'), 'd\n'), [], 'ran'],
      ['a file more in an input folder', () => writeFileSync(join(folder, 'lists/two.txt'), 'e\n'), [], 'ran'],
      ['nothing changed', () => {}, [], 'cached'],
      ['its output is gone', () => rmSync(sorted), [], 'ran'],
      ['its output was changed', () => writeFileSync(sorted, 'x'), [], 'ran'],
      ['another time limit', () => {}, set('timeout', '60'), 'cached'],
      ['another environment', () => {}, set('env.LC_ALL', 'C'), 'ran'],
      ['another command', () => {}, set('run', 'sort -r words.txt > made/sorted.txt'), 'ran'],
    ]
    for (const [what, change, args, status] of steps) {
      change()
      expect([what, await statusOf(folder, ...args)]).toEqual([what, status])
    }
    expect(readFileSync(sorted, 'utf8')).toBe('d\n')
  })

  it('says how the command ended and what it printed last, and makes no result of it', async () => {
    const folder = folderWith({ ...files, 'my.yaml': pipeline('echo reading; echo "no such list" >&2; exit 3') })
    const { code, out, err } = await sluice(folder, 'run', 'my.yaml')
    expect([code, steady(out)]).toEqual([
      1,
      `my: 1 stage
sort: started
sort: reading
sort: no such list
sort: failed after TIME

stage  status  time  size
sort  failed  TIME
`,
    ])
    expect(err).toBe(`
error[command-failed] Expected the command to end with exit code 0, but it ended with 3.
The command:
    echo reading; echo "no such list" >&2; exit 3
The last of its output:
    reading
    no such list
`)
    expect((await sluice(folder, 'cat', 'my.yaml', 'sort')).code).toBe(1)
  })

  it('leaves nothing running when the run is killed with SIGKILL: neither what ignores signals nor the watcher', async () => {
    const command =
      "trap '' TERM INT HUP; (trap '' TERM INT HUP; sleep 300) & sleep 300 & echo $$ $! > pids; wait; wait"
    const folder = folderWith({ ...files, 'my.yaml': pipeline(command) })
    const mark = `SLUICE_TEST_MARK=${folder}`
    const { child, ended } = start(folder, ['run', 'my.yaml'], { env: { SLUICE_TEST_MARK: folder } })
    const pids = join(folder, 'pids')
    await expect
      .poll(() => existsSync(pids) && readFileSync(pids, 'utf8').endsWith('\n'), { timeout: 30_000 })
      .toBe(true)
    expect(readFileSync(pids, 'utf8').trim().split(' ').map(Number).map(alive)).toEqual([true, true])
    expect(processesWith(mark).length).toBeGreaterThan(4)
    child.kill('SIGKILL')
    await ended
    await expect.poll(() => processesWith(mark), { timeout: 30_000 }).toEqual([])
  })
})
