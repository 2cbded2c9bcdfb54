// read → tokenize → span → cache over a file of SQuAD's size, cold and with fsync, beside Hugging Face's run_qa.py
// preprocessing (fast tokenizer + datasets.map) on the same file, turn by turn.
//
//   npm run build && node bench/preprocess.mjs [--questions 85000] [--rounds 3] [--python python3]
//
// Needs the shared folder (SLUICE_SHARED, or ../shared) for data, vocabulary and the other side's script, and for that
// side a Python with transformers 4.46 and datasets. Without one only our side is measured.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { makeSquad } from './make-squad.mjs'

const { values: options } = parseArgs({
  options: {
    questions: { type: 'string', default: '85000' },
    rounds: { type: 'string', default: '3' },
    python: { type: 'string', default: 'python3' },
  },
})
const root = resolve(import.meta.dirname, '..')
const shared = process.env.SLUICE_SHARED ?? resolve(root, '../shared')
const vocab = join(shared, 'vocab/bert-base-uncased-vocab.txt')
const peer = join(shared, 'bin/run-qa-map.py')
const source = join(shared, 'data/squad-train-v1.1-44-articles.json.gz')
if (!existsSync(source)) throw new Error(`${source} is not there: set SLUICE_SHARED`)

const folder = mkdtempSync(join(tmpdir(), 'preprocess-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const file = join(folder, 'train.json')
const pipeline = join(folder, 'pipeline.yaml')
const { data } = JSON.parse(gunzipSync(readFileSync(source)).toString())
writeFileSync(file, JSON.stringify(makeSquad(data, Number(options.questions))))
writeFileSync(
  pipeline,
  `name: preprocess
stages:
  read: { with: { file: ${JSON.stringify(file)} } }
  tokenize: { with: { vocab: ${JSON.stringify(vocab)}, do_lower_case: true } }
  span: {}
  cache: {}
`,
)

const hasPeer = spawnSync(options.python, ['-c', 'import transformers, datasets']).status === 0
console.log(`${options.questions} questions, ${cpus().length} cores (${cpus()[0].model}), Node ${process.version}`)
const rates = { ours: [], 'run_qa.py, 1 process': [], 'run_qa.py, 2 processes': [] }
for (let round = 1; round <= Number(options.rounds); round++) {
  rates.ours.push(await ours())
  if (!hasPeer) continue
  rates['run_qa.py, 1 process'].push(theirs(1))
  rates['run_qa.py, 2 processes'].push(theirs(2))
}

const medians = Object.entries(rates)
  .filter(([, all]) => all.length > 0)
  .map(([name, all]) => [name, all.toSorted((a, b) => a - b)[all.length >> 1]])
console.log('\nmedian questions/s')
for (const [name, rate] of medians) console.log(`  ${name.padEnd(24)} ${rate.toFixed(0).padStart(7)}`)
if (hasPeer) {
  const [[, own], ...others] = medians
  console.log(`ours / the better of theirs: ${(own / Math.max(...others.map(([, rate]) => rate))).toFixed(1)}`)
} else console.log(`not compared: ${options.python} has no transformers and datasets (--python)`)

/** Questions a second of one cold run through the command line, process start and fsync included. */
async function ours() {
  const cache = join(folder, 'cache')
  rmSync(cache, { recursive: true, force: true })
  const start = performance.now()
  const child = spawn(process.execPath, [join(root, 'dist/cli.js'), 'run', pipeline, '--cache-dir', cache], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', chunk => {
    output += chunk
  })
  const peaks = new Map()
  const watch = setInterval(() => peak(child.pid, peaks), 20)
  const code = await new Promise(done => child.on('close', done))
  clearInterval(watch)
  const seconds = (performance.now() - start) / 1000
  if (code !== 0) throw new Error(`the pipeline ended with ${code}:\n${output}`)
  const megabytes = [...peaks.values()].reduce((sum, each) => sum + each, 0) / 1024
  const rate = Number(options.questions) / seconds
  const stages = [...output.matchAll(/^(\w+): done after ([^,]+)/gm)].map(([, name, time]) => `${name} ${time}`)
  console.log(
    `ours: ${seconds.toFixed(2)} s, ${rate.toFixed(0)} questions/s, peak ${megabytes.toFixed(0)} MB (${stages.join(', ')})`,
  )
  return rate
}

/** Notes the highest resident size so far (VmHWM, kB) of a process and its children. */
function peak(pid, peaks) {
  try {
    const [, kilobytes = 0] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    peaks.set(pid, Math.max(peaks.get(pid) ?? 0, Number(kilobytes)))
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    for (const child of children.split(' ').filter(Boolean)) peak(Number(child), peaks)
  } catch {
    // It has ended.
  }
}

function theirs(processes) {
  const { stdout, stderr, status } = spawnSync(options.python, [peer, file, vocab, String(processes)], {
    encoding: 'utf8',
    env: { ...process.env, HF_HUB_OFFLINE: '1' },
  })
  if (status !== 0) throw new Error(`${peer} ended with ${status}:\n${stderr}`)
  console.log(`run_qa.py, ${processes}: ${stdout.trim().split('\n').at(-1)}`)
  return Number(/([\d.]+) questions\/s/.exec(stdout)[1])
}
