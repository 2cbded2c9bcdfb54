// What share of a training is not computing: telling of steps, progress, checkpoints, checks. Two whole runs, with and without
// all that, differ by less than the machine's noise, so it is accounted for: in the training thread by a clock that runs
// between steps, in the main thread by the CPU time that it takes while `pipeline run` trains, in a pipe and in a terminal.
// usage: npm run build && node bench/overhead.mjs --model DIR [--train SQUAD.json[.gz]] [--steps 100] [--save-steps 25]
//   [--windows 800] [--batch 8] [--threads N]
// Checkpoints are made every --save-steps, to be measured, and counted as `train` makes them by default: every 50.
// Needs Linux (/proc), and `script` of util-linux for the terminal.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { pipelineOf } from './fit.mjs'
import { readSquad, someQuestions, writeSquad } from './squad-subset.mjs'
import { bundled, cores, here, machine, median, printTable, scratchFolder, sharedFile } from './turns.mjs'

const { values: flags } = parseArgs({
  options: {
    model: { type: 'string' },
    train: { type: 'string' },
    steps: { type: 'string', default: '100' },
    'save-steps': { type: 'string', default: '25' },
    windows: { type: 'string', default: '800' },
    batch: { type: 'string', default: '8' },
    threads: { type: 'string', default: String(cores) },
  },
})
if (!flags.model) throw new Error('--model: expected a model folder in Hugging Face form, such as all-MiniLM-L6-v2')

/** `save_steps` of `train` by default. */
const SAVE_STEPS = 50
/** Clock ticks a second of /proc. */
const TICKS = 100

const folder = scratchFolder('overhead')
const source = flags.train ?? sharedFile('data/squad-train-v1.1-44-articles.json.gz')
const questions = someQuestions(readSquad(source), Math.ceil(Number(flags.windows) * 1.05), '1')
const file = writeSquad(join(folder, 'train.json'), questions)
const model = resolve(flags.model)
const [steps, batch, threads] = [flags.steps, flags.batch, flags.threads].map(Number)

console.log(`${machine()}; ${threads} threads; ${steps} steps of ${batch}`)
const thread = await inThread()
const mains = []
for (const place of ['pipe', 'terminal']) mains.push({ place, ...(await mainThread(place)) })
report()

/** Trains in a thread with a clock. */
function inThread() {
  return new Promise((done, failed) => {
    bundled('overhead-thread').then(script => {
      const worker = new Worker(script, {
        workerData: {
          ...{ model, file, batch, steps, threads },
          windows: Number(flags.windows),
          save_steps: Number(flags['save-steps']),
          folder: join(folder, 'checkpoints'),
        },
      })
      worker.on('message', message => message.is === 'result' && done(message))
      worker.on('error', failed)
    }, failed)
  })
}

/**
 * CPU seconds of the main thread and of the whole process, and wall seconds, while the stage `train` really runs: from its
 * first progress that is printed to its last.
 */
async function mainThread(place) {
  const at = join(folder, place)
  mkdirSync(at)
  const pipeline = join(at, 'pipeline.yaml')
  const job = { model, train: file, dev: file, steps, seed: 42, learning_rate: 5e-5, batch, threads }
  writeFileSync(pipeline, pipelineOf({ ...job, logging_dir: join(at, 'runs') }))
  const command = until => [
    here('../dist/cli.js'),
    'run',
    pipeline,
    `--until=${until}`,
    `--cache-dir=${join(at, 'cache')}`,
  ]
  const { status, stdout, stderr } = spawnSync(process.execPath, command('cache'), { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the pipeline ended with ${status}:\n${stdout}${stderr}`)

  const line = [process.execPath, ...command('train')]
  const [program, ...args] =
    place === 'pipe'
      ? line
      : ['script', '-qefc', `stty cols 100 rows 30; exec ${line.map(quoted).join(' ')}`, '/dev/null']
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const samples = []
  let output = ''
  child.stdout.on('data', text => {
    output += text
    // Progress of training, and nothing else, tells a loss and the time that is left.
    const pid = /loss/.test(text) && nodeBelow(child.pid)
    if (pid) samples.push({ wall: performance.now() / 1000, ...cpuOf(pid) })
  })
  const code = await new Promise((done, failed) => {
    child.on('error', failed)
    child.on('close', done)
  })
  if (code !== 0) throw new Error(`the pipeline ended with ${code}:\n${output}`)
  if (samples.length < 2) throw new Error(`Progress was printed ${samples.length} times; it takes more --steps.`)
  const [first, last] = [samples[0], samples.at(-1)]
  return Object.fromEntries(['wall', 'main', 'all'].map(name => [name, last[name] - first[name]]))
}

function quoted(word) {
  return `'${word.replaceAll("'", "'\\''")}'`
}

/** The process that runs Node, which in a terminal is a grandchild of the one that was started. */
function nodeBelow(pid) {
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[1]?.endsWith('cli.js')) return pid
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
    return children.map(Number).map(nodeBelow).find(Boolean)
  } catch {
    // It has ended.
    return undefined
  }
}

/** CPU seconds so far, of the main thread and of all threads. */
function cpuOf(pid) {
  const seconds = path => {
    const fields = readFileSync(path, 'utf8').split(') ')[1].split(' ')
    return (Number(fields[11]) + Number(fields[12])) / TICKS
  }
  return { main: seconds(`/proc/${pid}/task/${pid}/stat`), all: seconds(`/proc/${pid}/stat`) }
}

function report() {
  const { step_ms, told, check_ms, saved } = thread
  const told_ms = told.reduce((a, b) => a + b, 0) / told.length
  const percent = share => `${(100 * share).toFixed(3)} %`
  const shares = { told: told_ms / step_ms, saved: median(saved) / SAVE_STEPS / step_ms }
  console.log(`\nthe training thread, of a step of ${step_ms.toFixed(0)} ms`)
  printTable([
    ['telling of it', `${told_ms.toFixed(3)} ms (median ${median(told).toFixed(3)})`, percent(shares.told)],
    [`a checkpoint every ${SAVE_STEPS} steps`, `${median(saved).toFixed(0)} ms`, percent(shares.saved)],
    ['checking the data, once', `${check_ms.toFixed(1)} ms`, ''],
  ])
  console.log('\nthe main thread, while `train` runs')
  printTable(
    mains.map(({ place, wall, main, all }) => [
      `in a ${place}`,
      `${main.toFixed(2)} s of CPU in ${wall.toFixed(1)} s`,
      `${percent(main / wall)} of a core`,
      `${percent(main / all)} of the process's CPU time`,
    ]),
  )
  const most = Math.max(...mains.map(({ wall, main }) => main / wall))
  console.log(
    `\nat most, if the main thread kept the others from computing: ${percent(shares.told + shares.saved + most)}`,
  )
}
