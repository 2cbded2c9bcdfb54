import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, readdirSync, statSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { defineArtifact, defineStage, outOfKey, type Static, stageError, Type } from 'sluice'

const config = Type.Object({
  run: Type.String({
    minLength: 1,
    description: 'The command, run by `/bin/sh -c`.',
    examples: ['sort words.txt > sorted.txt'],
  }),
  inputs: Type.Array(Type.Location(), {
    default: [],
    description: 'Files and folders that the command reads: when their content changes, it runs again.',
  }),
  outputs: Type.Array(Type.Location({ output: true }), {
    default: [],
    description: 'Files and folders that the command makes: when they are gone or changed, it runs again.',
  }),
  env: Type.Record(Type.String(), Type.String(), {
    default: {},
    description: 'Environment variables, besides those of the run itself.',
  }),
  cwd: Type.Location({
    default: '.',
    place: true,
    description: "The folder to run in; the pipeline file's by default.",
  }),
  timeout: Type.Optional(
    outOfKey(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 2_000_000,
        description: 'Seconds after which the command is ended.',
      }),
    ),
  ),
})

interface Output {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

interface ShellOutput {
  readonly exit_code: number
  /** Every file that `outputs` names or holds; paths are relative to `cwd`. */
  readonly outputs: readonly Output[]
}

const ShellOutput = defineArtifact<ShellOutput>({
  kind: 'shell-output',
  version: 1,
  schema: Type.Object({
    exit_code: Type.Integer(),
    outputs: Type.Array(Type.Object({ path: Type.String(), bytes: Type.Integer(), sha256: Type.String() })),
  }),
  write: (value, dir) => writeFile(join(dir, 'output.json'), JSON.stringify(value)),
  read: async dir => JSON.parse(await readFile(join(dir, 'output.json'), 'utf8')),
  records: ({ exit_code, outputs }) => [{ exit_code, outputs: outputs.map(output => ({ ...output })) }],
})

export default defineStage({
  name: 'shell',
  version: 1,
  summary: 'Runs a shell command; its output is shown, and what it makes is kept track of.',
  config,
  outputs: { output: ShellOutput },
  async run({ config, signal, log, files, wrote }) {
    if (statSync(config.cwd, { throwIfNoEntry: false })?.isDirectory() !== true) throw noFolder(config.cwd)
    for (const input of config.inputs) if ((await files(input)) === undefined) throw noInput(input)

    const voice = outputVoice(log.info)
    const end = await execute(config, signal, voice.hear)
    voice.end()
    signal.throwIfAborted()
    if (end.timedOut || end.code !== 0) throw badEnd(config, end, voice.lastLines())

    for (const output of config.outputs) {
      if (statSync(output, { throwIfNoEntry: false }) === undefined) throw noOutput(config, output)
      await wrote(output)
    }
    return { output: { exit_code: 0, outputs: await describe(config) } }
  },
})

interface End {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly timedOut: boolean
}

// The command becomes the leader of a process group. A watcher in that group, made an orphan so that the command never
// sees it as a child of its own, waits for the end of a pipe whose other end only we hold: however we die, the pipe
// closes, and the watcher ends the group. While it lives, the group's number cannot be given to other processes.
// (Signals are ignored before it is forked: one that comes before it runs must not end it.)
const watched = `(
  trap '' TERM INT HUP
  { read -r _; kill -s TERM -- -$$; sleep 2; kill -s KILL -- -$$; } <&3 3<&- >/dev/null 2>&1 &
) && exec /bin/sh -c "$1" 3<&-`

/** How long processes may take to end by themselves: after SIGTERM, or after the command that started them has ended. */
const graceMs = 5000

/** Runs the command to its end; an abort or the time limit ends its whole process group. */
const execute = async (
  { run, cwd, env, timeout }: Static<typeof config>,
  signal: AbortSignal,
  hear: (stream: Readable) => Promise<void>,
): Promise<End> => {
  if ([run, ...Object.entries(env).flat()].some(text => text.includes('\0'))) throw notStarted({ code: 'NUL' })
  const { execa } = await import('execa')
  const child = execa('/bin/sh', ['-c', watched, 'sh', run], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    buffer: false,
    reject: false,
  })
  const timers: NodeJS.Timeout[] = []
  const stop = (): void => {
    endGroup(child.pid, 'SIGTERM')
    timers.push(setTimeout(() => endGroup(child.pid, 'SIGKILL'), graceMs))
  }
  let timedOut = false
  const late = (): void => {
    timedOut = true
    stop()
  }
  const limit = timeout === undefined ? undefined : setTimeout(late, timeout * 1000)
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  try {
    const heard = Promise.all([hear(child.stdout), hear(child.stderr)])
    // Of streams that are cut off below, nobody wants to know.
    heard.catch(() => {})
    // A process that cannot be started at all never tells its end.
    const [failed] = await Promise.race([
      child.then(({ cause }) => [cause]),
      once(child, 'exit').catch(error => [error]),
    ])
    if (child.pid === undefined) throw notStarted(failed)
    clearTimeout(limit)
    // Unreferenced: a process whose work is done does not stay for the rest of this time.
    await Promise.race([heard, delay(graceMs, undefined, { ref: false })])
    return { code: child.exitCode, signal: child.signalCode, timedOut }
  } finally {
    for (const timer of [limit, ...timers]) clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    endGroup(child.pid, 'SIGKILL')
    // A daemon that has left the group may hold the other ends for as long as it lives.
    for (const stream of child.stdio) stream?.destroy()
    await child
  }
}

const endGroup = (leader: number | undefined, signal: NodeJS.Signals): void => {
  try {
    if (leader !== undefined) process.kill(-leader, signal)
  } catch {
    // All of it has ended already.
  }
}

/** Lines that are told at once, and then a second; the rest is counted: a command may print faster than anyone reads. */
const burst = 5000
const linesPerSecond = 500
/** Characters of a line that are told as one, and of the last output that an error shows. */
const longest = 4000

/** Tells a command's output line by line, and remembers the end of it. Memory stays small however much is printed. */
const outputVoice = (tell: (line: string) => void) => {
  let recent = ''
  let untold = 0
  let allowance = burst
  let refilled = Date.now()

  const refill = (): void => {
    const seconds = Math.floor((Date.now() - refilled) / 1000)
    allowance = Math.min(burst, allowance + seconds * linesPerSecond)
    refilled += seconds * 1000
  }
  const tellUntold = (): void => {
    if (untold > 0) tell(`(${untold.toLocaleString('en-US')} lines of output are not shown)`)
    untold = 0
  }
  const tellLines = (lines: readonly string[]): void => {
    const few = lines.slice(0, allowance)
    if (few.length > 0) tellUntold()
    for (const line of few.map(shown)) if (line !== '') tell(line)
    allowance -= few.length
    untold += lines.length - few.length
  }
  const hear = async (stream: Readable): Promise<void> => {
    const decoder = new TextDecoder()
    let rest = ''
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      refill()
      if (allowance === 0) {
        // Not even looked at as text: this is where 200 MB a second pass.
        untold += lineFeeds(chunk)
        recent = chunk.subarray(-longest).toString('utf8')
        rest = ''
        continue
      }
      const text = decoder.decode(chunk, { stream: true })
      recent = (recent + text).slice(-longest)
      const lines = (rest + text).split('\n').flatMap(inPieces)
      rest = lines.pop() ?? ''
      tellLines(lines)
    }
    if (rest !== '') tellLines([rest])
  }
  return {
    hear,
    end: tellUntold,
    lastLines: () =>
      recent
        .trimEnd()
        .split('\n')
        .slice(-20)
        .map(shown)
        .filter(line => line !== ''),
  }
}

/** A progress bar redraws its line: only what it showed last is told. */
const shown = (line: string): string => line.slice(line.lastIndexOf('\r', line.length - 2) + 1).trimEnd()

const inPieces = (line: string): string | string[] =>
  line.length <= longest
    ? line
    : Array.from({ length: Math.ceil(line.length / longest) }, (_, i) => line.slice(i * longest, (i + 1) * longest))

const lineFeeds = (chunk: Buffer): number => {
  let count = 0
  for (let i = 0; i < chunk.length; i++) if (chunk[i] === 10) count++
  return count
}

const describe = async ({ outputs, cwd }: Static<typeof config>): Promise<Output[]> => {
  const described: Output[] = []
  for (const file of outputs.flatMap(filesIn)) {
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(file)) hash.update(chunk)
    const path = relative(cwd, file).split(sep).join('/')
    described.push({ path, bytes: statSync(file).size, sha256: hash.digest('hex') })
  }
  return described
}

const filesIn = (path: string): string[] =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .sort()
        .flatMap(name => filesIn(join(path, name)))
    : [path]

const badEnd = ({ run, timeout }: Static<typeof config>, end: End, lastLines: readonly string[]) => {
  const how = end.timedOut
    ? `it was ended after ${timeout} s, its time limit`
    : end.signal !== null
      ? `it was ended by ${end.signal}`
      : `it ended with ${end.code}${shellCodes[end.code ?? 0] ?? ''}`
  const last = lastLines.length === 0 ? 'It printed nothing.' : `The last of its output:\n${indent(lastLines)}`
  return stageError({
    code: end.timedOut ? 'command-timeout' : 'command-failed',
    message: `Expected the command to end with exit code 0, but ${how}.\nThe command:\n${indent(run.trimEnd().split('\n'))}\n${last}`,
  })
}

const shellCodes: Readonly<Record<number, string>> = {
  126: ' (found, but not a program that can be run)',
  127: ' (a program was not found)',
}

const indent = (lines: readonly string[]): string => lines.map(line => `    ${line}`).join('\n')

const notStarted = (error: unknown) => {
  const { code = '', message = String(error) } = (error ?? {}) as NodeJS.ErrnoException
  return stageError({
    code: 'command-not-started',
    message: `Expected the command to start, but ${reasons[code] ?? message}.`,
  })
}

const reasons: Readonly<Record<string, string>> = {
  E2BIG: 'the command and its environment variables are longer than the system takes (E2BIG)',
  NUL: 'it, or one of its environment variables, holds a NUL character',
}

const noFolder = (path: string) =>
  stageError({ code: 'no-folder', message: `Expected \`cwd\` to be a folder, but there is none at ${path}.` })

const noInput = (path: string) =>
  stageError({ code: 'no-input', message: `Expected the input ${path}, but there is no such file or folder.` })

const noOutput = ({ run }: Static<typeof config>, path: string) =>
  stageError({
    code: 'no-output',
    message: `Expected the command to make ${path}, but it ended without it.\nThe command:\n${indent(run.trimEnd().split('\n'))}`,
    hint: 'Relative paths in `outputs` are relative to the pipeline file, those in the command to `cwd`.',
  })
