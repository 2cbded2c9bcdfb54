import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { folderWith, follow, start, type Told } from '../cli/sluice.ts'
import { casePath } from '../squad/case.ts'

// TensorBoard's own reader on our event files. It needs a Python that has the package `tensorboard`:
//   SLUICE_PYTHON=/path/to/python npx vitest run test/interop
const python = process.env.SLUICE_PYTHON

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const killAt = here('../faults/kill-at.mjs')

type Curves = Readonly<Record<string, readonly (readonly [step: number, value: number])[]>>

const read = (folder: string): Curves =>
  JSON.parse(
    execFileSync(python!, [here('read_events.py'), folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
  )

/** Case 65 with an evaluation every three steps. */
const newFolder = () => {
  const folder = folderWith({})
  cpSync(casePath('65-resume-gives-the-same-weights'), folder, { recursive: true })
  const pipeline = join(folder, 'pipeline.yaml')
  writeFileSync(
    pipeline,
    `${readFileSync(pipeline, 'utf8')}
  read-dev: { uses: read, with: { file: ./input.json, for: evaluation } }
  tokenize-dev: { uses: tokenize, with: { vocab: ./m/vocab.txt, do_lower_case: true }, from: read-dev }
  span-dev: { uses: span, with: { max_seq_length: 32, doc_stride: 8, max_query_length: 8 }, from: tokenize-dev }
`,
  )
  return folder
}

const train = async (folder: string, kill?: string): Promise<readonly Told[]> => {
  const set = [
    'with.logging_dir=./runs',
    'with.evaluate_during_training=true',
    'with.eval_steps=3',
    'from.eval_windows=span-dev',
    'from.eval_examples=read-dev',
  ].map(each => `--set=stages.train.${each}`)
  const env = kill === undefined ? {} : { NODE_OPTIONS: `--import=${killAt}`, SLUICE_KILL_AT: kill }
  const { child, ended } = start(folder, ['run', 'pipeline.yaml', '--json', '--until=train', ...set], { env })
  const events = follow(child)
  const { code, err } = await ended
  expect([code, err]).toEqual([kill === undefined ? 0 : null, ''])
  return events.filter(({ event }) => event === 'step')
}

/** The name that each field of a step event has in TensorBoard. */
const tags: Readonly<Record<string, string>> = {
  loss: 'train/loss',
  learning_rate: 'train/learning_rate',
  grad_norm: 'train/grad_norm',
  windows_per_second: 'train/windows_per_second',
  eval_exact_match: 'eval/exact_match',
  eval_f1: 'eval/f1',
}

/** The curves that the step events of a run tell, in float32, as event files have them. */
const told = (events: readonly Told[]): Curves =>
  Object.fromEntries(
    Object.entries(tags).map(([field, tag]) => [
      tag,
      events.filter(each => field in each).map(each => [each.step as number, Math.fround(each[field] as number)]),
    ]),
  )

const runFolders = (folder: string) => readdirSync(join(folder, 'runs')).map(name => join(folder, 'runs', name))

describe.skipIf(!python)(
  `TensorBoard's reader${python ? '' : ' (skipped: SLUICE_PYTHON names no Python with the package tensorboard)'}`,
  () => {
    it('finds every curve and every value of a run', async () => {
      const folder = newFolder()
      const curves = told(await train(folder))
      expect(curves['train/loss']).toHaveLength(15)
      expect(curves['eval/f1']!.map(([step]) => step)).toEqual([3, 6, 9, 12, 15])
      const [run, ...others] = runFolders(folder)
      expect(others).toEqual([])
      expect(read(run!)).toEqual(curves)
    })

    it('finds each point once in a run that was killed and went on', async () => {
      const folder = newFolder()
      // It goes on from checkpoint-4, or from the best one of step 3 or 6, where that came later.
      const before = await train(folder, 'step 8')
      // Event files are read in the order of their names, which begin with the second.
      await delay(1000)
      const after = await train(folder)
      const first = after.find(each => 'loss' in each)!.step as number
      expect(first).toBeLessThan(8)
      const kept = before.filter(each => (each.step as number) < first)
      const [run, ...others] = runFolders(folder)
      expect(others).toEqual([])
      expect(readdirSync(run!).filter(name => name.startsWith('events'))).toHaveLength(2)
      expect(read(run!)).toEqual(told([...kept, ...after]))
    })
  },
)
