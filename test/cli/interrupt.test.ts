import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { alive } from '../processes.ts'
import { folderWith, sluice, start, startInTerminal, startShellInTerminal, steady } from './sluice.ts'

const pipeline = `
name: sleepy
stages:
  first:
    uses: shell
    with: { run: "echo one" }
  slow:
    uses: shell
    needs: [first]
    with: { run: "sleep 300 & echo $$ $! > pids; wait" }
`
const patient = { timeout: 60_000, interval: 50 }

/** The command of `slow` and its child, once both run. */
const pidsOf = async (folder: string): Promise<number[]> => {
  const file = join(folder, 'pids')
  await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'), patient).toBe(true)
  return readFileSync(file, 'utf8').trim().split(' ').map(Number)
}

describe('an interrupted run', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s: ends tidily with 130, and takes its children along',
    async signal => {
      const folder = folderWith({ 'sleepy.yaml': pipeline })
      const { child, ended } = start(folder, ['run', 'sleepy.yaml'])
      const pids = await pidsOf(folder)
      expect(pids.map(alive)).toEqual([true, true])
      child.kill(signal)
      const { code, out, err } = await ended
      expect([code, steady(out), err]).toEqual([
        130,
        `sleepy: 2 stages
first: started
first: one
first: done after TIME, 28 B
slow: started
slow: interrupted after TIME

stage  status  time  size
first  ran  TIME  28 B
slow  interrupted  TIME
`,
        '\nInterrupted. Finished results are kept: run the same command again to go on.\n',
      ])
      // They have been told to end; the kernel takes a moment.
      await expect.poll(() => pids.map(alive), patient).toEqual([false, false])
    },
  )

  it('says of what takes its time to end how to end it at once', async () => {
    const stubborn = pipeline.replace('sleep 300 &', "trap '' TERM; sleep 300 &")
    const folder = folderWith({ 'sleepy.yaml': stubborn })
    const { child, ended } = start(folder, ['run', 'sleepy.yaml'])
    let out = ''
    child.stdout?.on('data', chunk => {
      out += chunk
    })
    await pidsOf(folder)
    child.kill('SIGINT')
    await expect
      .poll(() => out.split('\n').slice(4), patient)
      .toEqual(['slow: started', 'slow: stopping; Ctrl-C again ends it at once', ''])
    child.kill('SIGINT')
    expect((await ended).code).toBe(130)
  })

  it('ends at once when interrupted twice, and the children with it', async () => {
    const stubborn = pipeline.replace('sleep 300 &', "trap '' TERM; sleep 300 &")
    const folder = folderWith({ 'sleepy.yaml': stubborn })
    const { child, ended } = start(folder, ['run', 'sleepy.yaml'])
    const pids = await pidsOf(folder)
    child.kill('SIGINT')
    setTimeout(() => child.kill('SIGINT'), 300)
    expect((await ended).code).toBe(130)
    await expect.poll(() => pids.map(alive), patient).toEqual([false, false])
  })

  it('leaves no children when it is killed with SIGKILL', async () => {
    const folder = folderWith({ 'sleepy.yaml': pipeline })
    const { child, ended } = start(folder, ['run', 'sleepy.yaml'])
    const pids = await pidsOf(folder)
    child.kill('SIGKILL')
    await ended
    await expect.poll(() => pids.map(alive), patient).toEqual([false, false])
  })

  it('in a terminal: Ctrl-C ends it, the cursor is shown again', async () => {
    const folder = folderWith({ 'sleepy.yaml': pipeline })
    const { child, ended } = startInTerminal(folder, ['run', 'sleepy.yaml'])
    const pids = await pidsOf(folder)
    child.stdin?.write('\u0003')
    const { code, out } = await ended
    expect([code, pids.map(alive)]).toEqual([130, [false, false]])
    expect(out.lastIndexOf('\u001b[?25h')).toBeGreaterThan(out.lastIndexOf('\u001b[?25l'))
    expect(stripVTControlCharacters(out).trimEnd().split('\r\n').at(-1)).toBe(
      'Interrupted. Finished results are kept: run the same command again to go on.',
    )
  })

  it.each(['', ' --json'])(
    'in a terminal that is closed (run%s): ends with 130, its children too, and nothing hinders the next run',
    async json => {
      const folder = folderWith({ 'sleepy.yaml': pipeline })
      // What the kernel tells the processes of the terminal ends all of them but the one that is to say how ours has ended.
      const tellTale = `trap : HUP; $SLUICE run sleepy.yaml${json} 2> err; echo $? > code; mv code ended`
      const { child } = startShellInTerminal(folder, `bash -c '${tellTale}'; true`)
      const pids = await pidsOf(folder)
      // `script` holds the other end of the terminal.
      child.kill('SIGKILL')
      await expect.poll(() => existsSync(join(folder, 'ended')), patient).toBe(true)
      const [code, err] = ['ended', 'err'].map(name => readFileSync(join(folder, name), 'utf8'))
      await expect.poll(() => pids.map(alive), patient).toEqual([false, false])
      expect([code, err?.trim()]).toEqual([
        '130\n',
        'Interrupted. Finished results are kept: run the same command again to go on.',
      ])
      const next = await sluice(folder, 'run', 'sleepy.yaml', '--until', 'first')
      expect([next.code, steady(next.out)]).toEqual([0, expect.stringContaining('\nfirst  reused  ')])
    },
  )

  it('in a terminal that is gone without a word to it: goes on to its end', async () => {
    const folder = folderWith({
      'sleepy.yaml': pipeline.replace(
        'sleep 300 & echo $$ $! > pids; wait',
        'echo $$ $$ > pids; until [ -e go ]; do sleep 0.1; done',
      ),
    })
    // The kernel tells the first process of the terminal alone, which keeps it to itself.
    const { child } = startShellInTerminal(
      folder,
      'trap : HUP; $SLUICE run sleepy.yaml 2> err; echo $? > code; mv code ended',
    )
    await pidsOf(folder)
    child.kill('SIGKILL')
    writeFileSync(join(folder, 'go'), '')
    await expect.poll(() => existsSync(join(folder, 'ended')), patient).toBe(true)
    expect(['ended', 'err'].map(name => readFileSync(join(folder, name), 'utf8'))).toEqual(['0\n', ''])
  })
})
