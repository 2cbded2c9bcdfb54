import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'

/** The built command line. */
export const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A folder with these files, which is removed after the test. */
export const folderWith = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

export interface StartOptions {
  /** More environment variables. */
  readonly env?: Readonly<Record<string, string>>
  /** As the leader of a process group of its own. */
  readonly detached?: boolean
  /** Another copy of the command line than the one that was built here. */
  readonly cli?: string
  /** A command that runs it: `unshare`, `setpriv`. */
  readonly by?: readonly string[]
}

/** Starts the command in a folder, as nobody's terminal. */
export const start = (cwd: string, args: readonly string[], options: StartOptions = {}): Started => {
  const { env, detached = false, cli: script = cli, by = [] } = options
  const [command, ...words] = [...by, process.execPath, script, ...args]
  return watched(
    spawn(command!, words, {
      cwd,
      env: { ...environment(), ...env },
      detached,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  )
}

/** Starts the command in a terminal of 100 × 30; keys typed into `child.stdin` go to it. */
export const startInTerminal = (cwd: string, args: readonly string[]): Started =>
  startShellInTerminal(cwd, `exec ${[process.execPath, cli, ...args].map(word => `'${word}'`).join(' ')}`)

/** Starts a line of shell in which `$SLUICE` is the command, in such a terminal. */
export const startShellInTerminal = (cwd: string, line: string, { env }: Pick<StartOptions, 'env'> = {}): Started => {
  const variables = { ...environment(), SLUICE: `${process.execPath} ${cli}`, TERM: 'xterm', ...env }
  const command = ['-qefc', `stty cols 100 rows 30; ${line}`, '/dev/null']
  return watched(spawn('script', command, { cwd, env: variables, stdio: ['pipe', 'pipe', 'pipe'] }))
}

/** Runs the command to its end. */
export const sluice = (cwd: string, ...args: readonly string[]): Promise<Ended> => start(cwd, args).ended

/** Runs a line of Bash in which `$SLUICE` is the command. */
export const runInShell = (cwd: string, line: string): Promise<Ended> => {
  const env = { ...environment(), SLUICE: `${process.execPath} ${cli}` }
  return watched(spawn('bash', ['-c', line], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })).ended
}

/** One line of `run --json`. */
export interface Told {
  readonly event: string
  readonly name?: string
  readonly stage?: string
  readonly status?: string
  readonly message?: string
  readonly [name: string]: unknown
}

/** The events of a `run --json`, as they come. */
export const follow = ({ stdout }: ChildProcess): readonly Told[] => {
  const events: Told[] = []
  let rest = ''
  stdout?.on('data', chunk => {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) events.push(JSON.parse(line))
  })
  return events
}

/** Text with its times made equal and its columns closed up. */
export const steady = (text: string): string =>
  text.replaceAll(/\b\d+(\.\d+)? (ms|s)\b/g, 'TIME').replaceAll(/ {2,}/g, '  ')

const environment = (): NodeJS.ProcessEnv => {
  const { CI, NO_COLOR, FORCE_COLOR, SLUICE_CACHE, ...rest } = process.env
  return rest
}

const watched = (child: ChildProcess) => {
  let [out, err] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', chunk => {
    out += chunk
  })
  child.stderr?.setEncoding('utf8').on('data', chunk => {
    err += chunk
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => resolve({ code, out, err }))
  })
  return { child, ended }
}

/** Says of every module that is loaded where it is from. */
const tracing = {
  'trace.mjs': `import { register } from 'node:module'\nregister('./hooks.mjs', import.meta.url)`,
  'hooks.mjs': `import { appendFileSync } from 'node:fs'
export const load = (url, context, next) => (appendFileSync(process.env.LOADED, url + '\\n'), next(url, context))`,
}

/**
 * The modules that a command loads in a folder before it ends well, sorted, each once: those of packages by their path
 * below `node_modules`, those of the build by their file's name without its hash.
 */
export const loadedBy = async (
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> => {
  const folder = folderWith(tracing)
  const log = join(folder, 'loaded.txt')
  const options = `--import ${pathToFileURL(join(folder, 'trace.mjs'))}`
  const { code, err } = await start(cwd, args, { env: { ...env, LOADED: log, NODE_OPTIONS: options } }).ended
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${err}`)
  const urls = readFileSync(log, 'utf8').split('\n')
  const files = urls.filter(url => url.startsWith('file:') && !url.endsWith('.mjs'))
  const name = (url: string) => url.split('/node_modules/')[1] ?? basename(url, '.js').replace(/-[\w-]{8}$/, '')
  return [...new Set(files.map(name))].sort()
}
