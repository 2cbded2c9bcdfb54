import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith, sluice, start } from '../cli/sluice.ts'

// What others do to a run: to the files that it reads, to its children, and by running at the same time.

const patient = { timeout: 60_000, interval: 50 }
const pipeline = (run: string, more = ''): string =>
  `name: near\nstages:\n  slow: { uses: shell, with: { run: "${run}"${more} } }\n`

describe('an input that a command reads', () => {
  it.each([
    ['is changed', 'cat in.txt; echo more >> in.txt'],
    ['is removed', 'cat in.txt; rm in.txt'],
    ['is replaced', 'cat in.txt; echo other > new; mv new in.txt'],
  ])('%s meanwhile: told, and nothing is stored under the old digest', async (_, run) => {
    const folder = folderWith({ 'near.yaml': pipeline(run, ', inputs: [in.txt]'), 'in.txt': 'one\n' })
    const { code, err } = await sluice(folder, 'run', 'near.yaml')
    expect([code, err]).toEqual([
      1,
      `
error[file-changed] in.txt: Expected the file to stay as it is while the stage runs, but it was changed meanwhile.
hint: Run again when nothing writes to it.
`,
    ])
    expect(readdirSync(join(folder, '.sluice/v1/entries'))).toEqual([])
  })
})

it('a command that is killed alone fails its stage, in words', async () => {
  const folder = folderWith({ 'near.yaml': pipeline('kill -9 $$') })
  const { code, err } = await sluice(folder, 'run', 'near.yaml')
  expect([code, err]).toEqual([
    1,
    `
error[command-failed] Expected the command to end with exit code 0, but it was ended by SIGKILL.
The command:
    kill -9 $$
It printed nothing.
`,
  ])
})

it('of four runs at once one does the work', async () => {
  const folder = folderWith({ 'near.yaml': pipeline('sleep 3; echo done >> count.txt') })
  const runs = [1, 2, 3, 4].map(() => start(folder, ['run', 'near.yaml', '--json']))
  const ended = await Promise.all(runs.map(each => each.ended))
  expect(ended.map(({ code, err }) => [code, err])).toEqual(Array(4).fill([0, '']))
  const last = ended.map(({ out }) => /"status":"(ran|cached)"/.exec(out)?.[1])
  expect(last.sort()).toEqual(['cached', 'cached', 'cached', 'ran'])
  expect(readFileSync(join(folder, 'count.txt'), 'utf8')).toBe('done\n')
}, 90_000)

describe.runIf(process.platform === 'linux')('the lock of a run that was killed', () => {
  /** A folder in which a run was killed, and the lock that it left with some parts of its owner exchanged. */
  const left = async (exchange: (parts: string[]) => void) => {
    const folder = folderWith({ 'near.yaml': pipeline('[ -e here ] || { touch here; sleep 300; }') })
    const { child, ended } = start(folder, ['run', 'near.yaml'])
    await expect.poll(() => existsSync(join(folder, 'here')), patient).toBe(true)
    child.kill('SIGKILL')
    await ended
    const locks = join(folder, '.sluice/v1/locks')
    const file = join(locks, readdirSync(locks)[0]!)
    const lock = JSON.parse(readFileSync(file, 'utf8'))
    const parts: string[] = lock.owner.split('-')
    exchange(parts)
    writeFileSync(file, JSON.stringify({ ...lock, owner: parts.join('-') }))
    return folder
  }

  it.each<[string, (parts: string[]) => void]>([
    ['as it was', () => {}],
    [
      'whose number another process has by now',
      parts => {
        parts[3] = String(process.pid)
      },
    ],
  ])(
    '%s, frees itself at once',
    async (_, exchange) => {
      const folder = await left(exchange)
      const { code, out, err } = await sluice(folder, 'run', 'near.yaml', '--json')
      expect([code, err, /"waiting"/.test(out)]).toEqual([0, '', false])
    },
    90_000,
  )
})
