// The whole job from a SQuAD file to scores, by each of two trainers, each through its own command line: time runs from the
// command to its end.
import { spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { here, offline } from './turns.mjs'

/**
 * A cold `pipeline run`: no cache, settings of squad-v1.1.yaml (batches of like length).
 * @param job model train dev steps seed learning_rate batch threads
 */
export async function fitOurs(job, folder) {
  const cache = join(folder, 'cache')
  rmSync(cache, { recursive: true, force: true })
  const file = join(folder, 'pipeline.yaml')
  // The pipeline stands in another folder than the one that paths were given in.
  const [model, train, dev] = [job.model, job.train, job.dev].map(path => resolve(path))
  writeFileSync(file, pipelineOf({ ...job, model, train, dev }))
  const command = [here('../dist/cli.js'), 'run', file, '--json', '--cache-dir', cache]
  const { seconds, output } = await timed('pipeline run', process.execPath, command)
  rmSync(cache, { recursive: true, force: true })
  const events = output
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  const result = name => events.find(each => each.event === 'result' && each.name === name).value
  const ran = events.filter(({ event, status }) => event === 'stage' && status === 'ran')
  const parts = Object.fromEntries(ran.map(({ name, ms }) => [name, ms / 1000]))
  return { seconds, parts, exact_match: result('exact_match'), f1: result('f1') }
}

/** `run_qa_torch.py fit`: padded to 384 as run_qa.py does it, or `dynamic`. */
export async function fitTheirs(job, python, { dynamic = false } = {}) {
  const { model, train, dev, steps, seed, learning_rate, batch, threads } = job
  const settings = { model, train, dev, steps, seed, 'learning-rate': learning_rate, batch, threads }
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  const command = [here('run_qa_torch.py'), 'fit', ...flags, ...(dynamic ? ['--dynamic'] : [])]
  const { seconds, output } = await timed('run_qa_torch.py', python, command)
  const { seconds: parts, exact_match, f1 } = JSON.parse(output)
  return { seconds, parts, exact_match, f1 }
}

/** The parts of a run that took a second or more, for people. */
export const partsText = parts =>
  Object.entries(parts)
    .filter(([, seconds]) => seconds >= 1)
    .map(([name, seconds]) => `${name} ${seconds.toFixed(0)} s`)
    .join(', ')

/** The pipeline of a job, with absolute paths. JSON is YAML: a setting of any kind may stand in it as it is. */
export const pipelineOf = ({ model, train, dev, steps, seed, learning_rate, batch, threads, logging_dir }) => `name: fit
stages:
  read: { with: ${JSON.stringify({ file: train, for: 'training' })} }
  tokenize: { with: ${JSON.stringify({ vocab: model })} }
  span: { with: { max_seq_length: 384, doc_stride: 128, max_query_length: 64 } }
  cache: {}
  train:
    with: ${JSON.stringify({ model, max_steps: steps, seed, learning_rate, train_batch_size: batch, group_by_length: true, threads, logging_dir })}
  read-dev: { uses: read, with: ${JSON.stringify({ file: dev, for: 'evaluation' })} }
  tokenize-dev: { uses: tokenize, with: ${JSON.stringify({ vocab: model })}, from: read-dev }
  span-dev: { uses: span, with: { max_seq_length: 384, doc_stride: 128, max_query_length: 64 }, from: tokenize-dev }
  predict:
    from: { windows: span-dev, examples: read-dev, model: train }
    with: ${JSON.stringify({ n_best_size: 20, max_answer_length: 30, eval_batch_size: batch, threads })}
  evaluate: { from: { predictions: predict, examples: read-dev } }
`

/** Runs a command; what it prints, and the seconds from its start to its end. */
async function timed(name, command, args) {
  const started = performance.now()
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env: offline() })
  let output = ''
  child.stdout.on('data', text => {
    output += text
  })
  const code = await new Promise((done, failed) => {
    child.on('error', failed)
    child.on('close', done)
  })
  const seconds = (performance.now() - started) / 1000
  if (code !== 0) throw new Error(`${name} ended with ${code}:\n${output}`)
  return { seconds, output }
}
