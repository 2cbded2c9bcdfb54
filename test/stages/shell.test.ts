import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import shell from '../../stages/shell.ts'
import { alive } from '../processes.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-shell-'))
afterAll(() => rmSync(folder, { recursive: true }))

type Config = Partial<Parameters<typeof shell.run>[0]['config']> & { run: string }

/** Runs the stage as the runner would, with its declarations and what it told. */
const start = (config: Config, signal = new AbortController().signal) => {
  const told: string[] = []
  const declared: string[] = []
  const written: string[] = []
  const result = Promise.resolve(
    shell.run({
      config: { inputs: [], outputs: [], env: {}, cwd: folder, ...config },
      inputs: {},
      machine: {},
      package: () => undefined,
      signal,
      progress() {},
      step() {},
      log: { info: line => told.push(line), note() {}, warn() {}, result() {} },
      async files(path) {
        declared.push(path)
        return path.includes('absent') ? undefined : path
      },
      async wrote(path) {
        written.push(path)
      },
      scratch: folder,
    }),
  )
  return { result, told, declared, written }
}

const failure = (config: Config): Promise<{ code: string; message: string }> =>
  start(config).result.then(
    () => expect.unreachable('the command ended well'),
    error => error.problem ?? error,
  )

/** The process whose number is in the file is gone. It was sent SIGKILL; the kernel may need a moment to carry it out. */
const hasEnded = async (file: string): Promise<void> => {
  const pid = Number(readFileSync(join(folder, file), 'utf8'))
  await expect.poll(() => alive(pid), { timeout: 2000, interval: 10 }).toBe(false)
}

describe('a command that ends well', () => {
  it('tells both streams line by line, of a redrawn line its last state', async () => {
    const run = `printf 'one\\n'; printf '10%%\\r20%%\\r30%%\\n' >&2; sleep 0.5; printf 'last'`
    const { result, told } = start({ run })
    await result
    expect(told).toEqual(['one', '30%', 'last'])
  })

  it('sees its environment, its folder and an empty input', async () => {
    const { result, told } = start({ run: 'echo "$GREETING from $(pwd)"; cat', env: { GREETING: 'hello' } })
    await result
    expect(told).toEqual([`hello from ${folder}`])
  })

  it('declares inputs and outputs, and describes what it made', async () => {
    const paths = { inputs: [join(folder, 'in.txt')], outputs: [join(folder, 'made'), join(folder, 'one.txt')] }
    const run = 'mkdir made; printf ab > made/b; printf a > made/a; printf abc > one.txt'
    const { result, declared, written } = start({ run, ...paths })
    expect(await result).toEqual({
      output: {
        exit_code: 0,
        outputs: [
          { path: 'made/a', bytes: 1, sha256: 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb' },
          { path: 'made/b', bytes: 2, sha256: 'fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603' },
          { path: 'one.txt', bytes: 3, sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' },
        ],
      },
    })
    expect([declared, written]).toEqual([paths.inputs, paths.outputs])
  })

  it('leaves nothing running behind', async () => {
    await start({ run: 'sleep 300 > /dev/null 2>&1 & echo $! > background.pid' }).result
    await hasEnded('background.pid')
  })

  it('does not wait for a daemon that keeps its output open', { timeout: 20_000 }, async () => {
    const run = 'setsid sleep 300 & echo $! > daemon.pid; echo started'
    const begun = performance.now()
    const { result, told } = start({ run, timeout: 2 })
    await result
    const daemon = Number(readFileSync(join(folder, 'daemon.pid'), 'utf8'))
    expect([told, alive(daemon)]).toEqual([['started'], true])
    expect(performance.now() - begun).toBeLessThan(9000)
    process.kill(daemon)
  })

  it('waits for a helper that still writes when the shell has ended', async () => {
    const { result, told } = start({ run: '(sleep 0.3; echo late) & echo early' })
    await result
    expect(told).toEqual(['early', 'late'])
  })

  it('passes 100 million lines on as a few thousand and a count', { timeout: 60_000 }, async () => {
    const { result, told } = start({ run: 'yes | head -c 200000000' })
    await result
    const untold = told.flatMap(line => /^\(([\d,]+) lines of output are not shown\)$/.exec(line)?.[1] ?? [])
    expect(told.length).toBeLessThan(60_000)
    const counted = untold.reduce((sum, text) => sum + Number(text.replaceAll(',', '')), 0)
    // A line that was begun when telling stopped may be counted twice, once at each end of what was left out.
    expect(Math.abs(counted + told.length - untold.length - 100_000_000)).toBeLessThan(2 * untold.length + 2)
  })

  it('cuts an endless line in pieces', async () => {
    const { result, told } = start({ run: `head -c 100000 /dev/zero | tr '\\0' x` })
    await result
    expect(told.map(line => line.length)).toEqual(Array(25).fill(4000))
  })
})

describe('a command that fails', () => {
  it.each([
    {
      run: 'echo why >&2; exit 7',
      message: `Expected the command to end with exit code 0, but it ended with 7.
The command:
    echo why >&2; exit 7
The last of its output:
    why`,
    },
    {
      run: 'kill -TERM $$',
      message: `Expected the command to end with exit code 0, but it was ended by SIGTERM.
The command:
    kill -TERM $$
It printed nothing.`,
    },
    {
      run: 'no-such-program',
      message: `Expected the command to end with exit code 0, but it ended with 127 (a program was not found).
The command:
    no-such-program
The last of its output:
    /bin/sh: 1: no-such-program: not found`,
    },
  ])('$run', async ({ run, message }) => {
    expect(await failure({ run })).toEqual({ code: 'command-failed', message })
  })

  it('shows the last twenty lines', async () => {
    const { message } = await failure({ run: 'seq 1000; false' })
    expect(message.split('\n').slice(4)).toEqual(Array.from({ length: 20 }, (_, i) => `    ${981 + i}`))
  })

  it('shows of a redrawn line its last state', async () => {
    const { message } = await failure({ run: `printf '10%%\\r20%%\\r30%%\\n\\nbad\\r\\n'; false` })
    expect(message.split('\n').slice(-3)).toEqual(['The last of its output:', '    30%', '    bad'])
  })

  it('is told from one whose folder, input or output is not there', async () => {
    const missing = join(folder, 'absent')
    expect(await failure({ run: 'true', cwd: missing })).toEqual({
      code: 'no-folder',
      message: `Expected \`cwd\` to be a folder, but there is none at ${missing}.`,
    })
    expect(await failure({ run: 'true', inputs: [missing] })).toEqual({
      code: 'no-input',
      message: `Expected the input ${missing}, but there is no such file or folder.`,
    })
    expect(await failure({ run: 'true', outputs: [missing] })).toEqual({
      code: 'no-output',
      message: `Expected the command to make ${missing}, but it ended without it.\nThe command:\n    true`,
      hint: 'Relative paths in `outputs` are relative to the pipeline file, those in the command to `cwd`.',
    })
  })

  it.each<[string, Config, string]>([
    ['a NUL character', { run: 'echo a\0b' }, 'it, or one of its environment variables, holds a NUL character'],
    [
      'one in its environment',
      { run: 'true', env: { A: 'a\0b' } },
      'it, or one of its environment variables, holds a NUL character',
    ],
    [
      'more than the system takes',
      { run: `: ${'x'.repeat(3_000_000)}` },
      'the command and its environment variables are longer than the system takes (E2BIG)',
    ],
  ])('is told from one that cannot be started: %s', { timeout: 5000 }, async (_, config, reason) => {
    expect(await failure(config)).toEqual({
      code: 'command-not-started',
      message: `Expected the command to start, but ${reason}.`,
    })
  })

  it('is ended with its children after `timeout` seconds', async () => {
    const run = 'sleep 300 & echo $! > late.pid; wait'
    expect(await failure({ run, timeout: 0.3 })).toEqual({
      code: 'command-timeout',
      message: `Expected the command to end with exit code 0, but it was ended after 0.3 s, its time limit.
The command:
    ${run}
It printed nothing.`,
    })
    await hasEnded('late.pid')
  })
})

describe('an interrupt', () => {
  it('ends the command and its children, first with SIGTERM', async () => {
    const abort = new AbortController()
    const run = `trap 'echo tidying; exit 3' TERM; sleep 300 & echo $! > child.pid; wait`
    writeFileSync(join(folder, 'child.pid'), '')
    const { result, told } = start({ run }, abort.signal)
    const ended = expect(result).rejects.toThrow('This operation was aborted')
    await expect.poll(() => readFileSync(join(folder, 'child.pid'), 'utf8')).not.toBe('')
    abort.abort()
    await ended
    expect(told).toEqual(['tidying'])
    await hasEnded('child.pid')
  })

  it('that came before it started ends it as well', async () => {
    await expect(start({ run: 'sleep 300' }, AbortSignal.abort()).result).rejects.toThrow('This operation was aborted')
  })
})
