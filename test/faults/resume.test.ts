import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { follow, start, type Told } from '../cli/sluice.ts'
import { casePath, expected } from '../squad/case.ts'

// Case 65 in whole, with the built command: killed at exact moments (see kill-at.mjs), then run again.

const name = '65-resume-gives-the-same-weights'
const killAt = fileURLToPath(new URL('kill-at.mjs', import.meta.url))

/** Stages that evaluate, put behind those of the case. */
const dev = `
  read-dev: { uses: read, with: { file: ./input.json, for: evaluation } }
  tokenize-dev: { uses: tokenize, with: { vocab: ./m/vocab.txt, do_lower_case: true }, from: read-dev }
  span-dev: { uses: span, with: { max_seq_length: 32, doc_stride: 8, max_query_length: 8 }, from: tokenize-dev }
`
const settings: Readonly<Record<string, { readonly steps: number; readonly set: readonly string[] }>> = {
  // Five batches an epoch.
  plain: { steps: 15, set: [] },
  // Two steps an epoch; the fifth batch goes into the next epoch's first.
  accumulating: { steps: 12, set: ['with.gradient_accumulation_steps=2', 'with.num_train_epochs=6'] },
  evaluating: {
    steps: 15,
    set: [
      ...['evaluate_during_training=true', 'load_best_model_at_end=true', 'eval_steps=3'].map(each => `with.${each}`),
      ...['eval_windows=span-dev', 'eval_examples=read-dev'].map(each => `from.${each}`),
    ],
  },
}

const root = mkdtempSync(join(tmpdir(), 'sluice-resume-'))
afterAll(() => rmSync(root, { recursive: true }))

const newFolder = () => {
  const folder = mkdtempSync(join(root, 'run-'))
  cpSync(casePath(name), folder, { recursive: true })
  const pipeline = join(folder, 'pipeline.yaml')
  writeFileSync(pipeline, readFileSync(pipeline, 'utf8') + dev)
  return folder
}

interface Run {
  readonly code: number | null
  readonly losses: Readonly<Record<number, number>>
  readonly scores: Readonly<Record<number, number>>
  /** What `train` said of where it goes on, and what is the best. */
  readonly resumed: string | undefined
  readonly best: string | undefined
}

const run = async (folder: string, setting: string, kill?: string): Promise<Run> => {
  const args = ['run', 'pipeline.yaml', '--json', ...settings[setting]!.set.map(each => `--set=stages.train.${each}`)]
  const env = kill === undefined ? {} : { NODE_OPTIONS: `--import=${killAt}`, SLUICE_KILL_AT: kill }
  const { child, ended } = start(folder, args, { env })
  const events = follow(child)
  const { code, err } = await ended
  expect(err).toBe('')
  const points = events.filter(({ event, stage }) => event === 'step' && stage === 'train')
  const byStep = (field: string) =>
    Object.fromEntries(points.filter(each => field in each).map(each => [each.step, each[field]])) as Run['losses']
  const noted = ({ event, level }: Told) => event === 'log' && level === 'note'
  return {
    code,
    losses: byStep('loss'),
    scores: byStep('eval_f1'),
    resumed: events.find(noted)?.message,
    best: events.find(({ event, name }) => event === 'result' && name === 'best')?.value as string | undefined,
  }
}

const weightsIn = (folder: string) =>
  createHash('sha256')
    .update(readFileSync(join(folder, 'out', 'model.safetensors')))
    .digest('hex')

/** What `train` has kept of every step and evaluation. */
const logIn = (folder: string) => {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const [name] = names.filter(each => each.endsWith(join('log', 'training_log.jsonl')))
  return readFileSync(join(folder, name!), 'utf8')
}

const undisturbed: Record<string, Run & { readonly weights: string; readonly log: string }> = {}
beforeAll(async () => {
  for (const setting of Object.keys(settings)) {
    const folder = newFolder()
    undisturbed[setting] = { ...(await run(folder, setting)), weights: weightsIn(folder), log: logIn(folder) }
  }
}, 120_000)

it.each(Object.entries(settings))('undisturbed, %s, makes all its steps', (setting, { steps }) => {
  const { code, losses, scores } = undisturbed[setting]!
  expect(code).toBe(0)
  expect(Object.keys(losses)).toEqual(Array.from({ length: steps }, (_, at) => `${at + 1}`))
  expect(Object.keys(scores)).toEqual(setting === 'evaluating' ? ['3', '6', '9', '12', '15'] : [])
})

describe('a training that was killed', () => {
  const rows: readonly (readonly [setting: string, kill: string, goesOnAfter: number])[] = [
    // Every four steps there is a checkpoint; that of the very step that was just told is not begun yet.
    ...(expected(name).kill_after_steps as number[]).map(
      step => ['plain', `step ${step}`, 4 * Math.floor((step - 1) / 4)] as const,
    ),
    ['plain', 'rename checkpoint-4', 0],
    ['plain', 'rename checkpoint-8', 4],
    ['plain', 'rename checkpoint-12', 8],
    // Step 4 ends with the 9th batch, step 5 with the 12th: its gradients are of the 10th, too, which is the last of an epoch.
    ['accumulating', 'batch 12', 4],
    ['accumulating', 'batch 21', 8],
  ]
  it.each(rows)('%s, at %s, ends with the same weights and log', async (setting, kill, after) => {
    const folder = newFolder()
    const killed = await run(folder, setting, kill)
    expect(killed.code).toBeNull()
    const { losses, weights, log } = undisturbed[setting]!
    const { resumed, ...rest } = await run(folder, setting)
    expect(resumed).toBe(
      after === 0
        ? undefined
        : `goes on from checkpoint-${after}, with step ${after + 1} of ${settings[setting]!.steps}`,
    )
    expect(rest.losses).toEqual(Object.fromEntries(Object.entries(losses).filter(([step]) => Number(step) > after)))
    expect([weightsIn(folder), logIn(folder)]).toEqual([weights, log])
  })

  it.each([
    'step 5',
    'evaluated 3',
    'ranked 3',
    'evaluated 9',
    'ranked 9',
    'batch 5',
    'batch 13',
    'evaluated 15',
    'ranked 15',
  ])('evaluating, at %s, ends with the same weights, scores, log and best step', async kill => {
    const folder = newFolder()
    const killed = await run(folder, 'evaluating', kill)
    expect(killed.code).toBeNull()
    const { scores, best, weights, log } = undisturbed.evaluating!
    const rest = await run(folder, 'evaluating')
    expect({ ...killed.scores, ...rest.scores }).toEqual(scores)
    expect([rest.best, weightsIn(folder), logIn(folder)]).toEqual([best, weights, log])
  })
})
