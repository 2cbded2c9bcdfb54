// What benchmarks of two sides share: children that do a piece of work for each line they are sent, taken in turn within
// one run, so that all meet the same load; and what is made of their answers. Ratios are of pairs: turn by turn.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'

/** The flags of a benchmark that compares a model with a peer in Python, with those of its own. */
export function modelFlags(own) {
  const { values } = parseArgs({
    options: {
      model: { type: 'string' },
      threads: { type: 'string', default: String(cores) },
      python: { type: 'string', default: 'python3' },
      ...own,
    },
  })
  if (!values.model) throw new Error('--model: expected a model folder in Hugging Face form, such as all-MiniLM-L6-v2')
  return values
}

export const here = name => resolve(import.meta.dirname, name)
export const cores = availableParallelism()

/** Rounds before the first that counts: programs are compiled, memory is being allocated, and caches fill. */
const WARM_UP = 2

/** A file of the shared folder: SLUICE_SHARED, or ../shared. */
export function sharedFile(name) {
  const file = join(process.env.SLUICE_SHARED ?? here('../../shared'), name)
  if (!existsSync(file)) throw new Error(`${file} is not there: set SLUICE_SHARED, or name another file by its flag`)
  return file
}

/** A folder that goes when the benchmark ends, however it does. */
export function scratchFolder(name, parent = tmpdir()) {
  const folder = mkdtempSync(join(parent, `${name}-`))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))
  return folder
}

/** Bundles a script of this folder, because Node does not run TypeScript; says where it is. */
export async function bundled(name) {
  const outfile = here(`../dist/bench/${name}.js`)
  await build({
    entryPoints: [here(`${name}.ts`)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  })
  return outfile
}

/** What the figures were measured on. */
export const machine = () => `${cpus()[0].model}, ${cores} cores; Node ${process.version}`

/** Prints what the figures were measured on, and says whether the Python has what the other side needs. */
export function introduce(python, threads) {
  const asked = spawnSync(
    python,
    ['-c', 'import torch, transformers; print(torch.__version__, transformers.__version__)'],
    { encoding: 'utf8' },
  )
  const there = asked.status === 0
  const [torch, transformers] = there ? asked.stdout.trim().split(' ') : []
  const peer = there
    ? `PyTorch ${torch}, transformers ${transformers}`
    : `no PyTorch: ${asked.error?.message ?? asked.stderr.trim().split('\n').at(-1)} (--python); our side is measured alone`
  console.log(`${machine()}; ${threads} threads; ${peer}`)
  return there
}

/** A child process that answers each line it is sent with a line of JSON. */
export function child(name, command, args) {
  const process = spawn(command, args.map(String), { stdio: ['pipe', 'pipe', 'inherit'], env: offline() })
  const lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]()
  return {
    name,
    turns: [],
    async turn(line = '') {
      process.stdin.write(`${line}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error(`${name} (${command} ${args.join(' ')}) ended before its turn was over`)
      return JSON.parse(value)
    },
    end: () => process.stdin.end(),
  }
}

/** For Python: nothing is looked for in the network, and no progress bars. */
export const offline = () => ({
  ...process.env,
  HF_HUB_OFFLINE: '1',
  HF_HUB_DISABLE_PROGRESS_BARS: '1',
  TRANSFORMERS_VERBOSITY: 'error',
})

/** Has each side take its turns, one after the other in every round, and notes them; then ends them. */
export async function takeTurns(sides, { rounds, line = '', warmUp = WARM_UP }) {
  for (let round = -warmUp; round < rounds; round++) {
    for (const side of sides) {
      const turn = await side.turn(line)
      if (round >= 0) side.turns.push(turn)
    }
  }
  for (const side of sides) side.end()
}

/** The middle of one side's figures. */
export const middle = ({ turns }, figure) => median(turns.map(figure))

/** The middle of the ratios of two sides' figures, turn by turn. */
export const ratio = (one, other, figure) =>
  median(one.turns.map((turn, round) => figure(turn) / figure(other.turns[round])))

export const peak = ({ turns }) => Math.max(...turns.map(({ peak_mb }) => peak_mb))

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Prints rows of text under each other: the first column to the left, the others to the right. */
export function printTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)))
  for (const [name, ...cells] of rows)
    console.log(
      [name.padEnd(widths[0]), ...cells.map((cell, at) => cell.padStart(widths[at + 1]))].join('  ').trimEnd(),
    )
}
