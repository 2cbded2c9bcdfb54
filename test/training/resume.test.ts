import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { random } from '../../src/model/random.ts'
import { trainHere } from '../../src/training/train-here.ts'
import type { TrainRequest } from '../../src/training/training.types.ts'
import { datasetOf, randomRows } from './datasets.ts'
import { config, data, options, weights } from './small-training.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-resume-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const stopped = new Error('stopped')

interface Setting {
  /** Parts of batches after which it is told to stop; here every batch is one part. */
  readonly batches?: number
  readonly save_steps?: number
  readonly save_total_limit?: number
  readonly files?: Readonly<Record<string, string>>
  readonly of?: Pick<TrainRequest, 'config' | 'weights' | 'data' | 'options'>
}

/** Trains, with checkpoints, and is told to stop. */
async function run({
  batches = Number.POSITIVE_INFINITY,
  save_steps = 3,
  save_total_limit = 2,
  files = { 'config.json': '{}' },
  of = { config, weights, data, options },
}: Setting = {}) {
  const said: string[] = []
  const steps: number[] = []
  let left = batches
  const signal = {
    throwIfAborted() {
      if (left-- <= 0) throw stopped
    },
  }
  const checkpoints = { folder, save_steps, save_total_limit, files }
  const result = await trainHere(
    { ...of, checkpoints },
    {
      signal,
      say: message => said.push(message),
      onResume: (checkpoint, step, total) => said.push(`${checkpoint}: ${step} of ${total}`),
      onStop: ({ step, kept, lost }) =>
        said.push(`stopped after ${step}, kept ${kept}${lost === undefined ? '' : `, because ${lost}`}`),
      onStep: ({ step }) => steps.push(step),
    },
  ).catch(error => {
    if (error !== stopped) throw error
    return undefined
  })
  return { result, steps, said: said.slice(1) }
}

const undisturbed = () => trainHere({ config, weights, data, options })

describe('a training that was stopped', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 15])('after %i batches ends with the same bytes', async batches => {
    const first = await run({ batches })
    expect(first.result).toBeUndefined()
    const { result, steps } = await run()
    expect(result).toEqual(await undisturbed())
    expect(result!.global_step).toBe(8)
    expect(steps.at(-1)).toBe(8)
  })

  it('says where it goes on, keeps the newest two checkpoints, and does nothing once it is done', async () => {
    expect((await run({ batches: 16, save_steps: 1 })).said).toEqual(['stopped after 6, kept 6'])
    // Three epochs are six steps, and one batch of the fourth is not a step yet.
    expect(readdirSync(folder).sort()).toEqual(['checkpoint-5', 'checkpoint-6'])
    const rest = await run()
    expect(rest.said).toEqual(['checkpoint-6: 6 of 8'])
    expect(rest.steps).toEqual([7, 8])
    expect(readdirSync(folder).sort()).toEqual(['checkpoint-6', 'checkpoint-8'])
    const again = await run()
    expect(again.steps).toEqual([])
    expect(again.result).toEqual(rest.result)
  })

  it.each([
    [1, 'stopped after 0, kept 0'],
    [2, 'stopped after 1, kept 1'],
    [9, 'stopped after 4, kept 4'],
    // In the middle of a step, whose first half is not kept.
    [7, 'stopped after 3, kept 3'],
    [8, 'stopped after 3, kept 3'],
    [11, 'stopped after 4, kept 4'],
  ])('after %i batches says what is kept', async (batches, said) => {
    expect((await run({ batches })).said).toEqual([said])
  })

  it('between the parts of a batch ends with the same bytes, and makes no step twice', async () => {
    // Batches of 260, 260 and 80 rows, in parts of 65: four, four and two. Two batches are a step.
    const rows = datasetOf(randomRows(600, 9, config.vocab_size, random(9).uniform), 32)
    const large = { ...options, train_batch_size: 260, num_train_epochs: 3 }
    const of = { config, weights, data: rows, options: large }
    const undisturbed = await trainHere(of)
    expect(undisturbed.global_step).toBe(3)
    const stops: string[] = []
    for (const batches of [3, 6, 9, 11, 19]) {
      const first = await run({ of, batches, save_steps: 100 })
      stops.push(...first.said)
      const { result, steps } = await run({ of, save_steps: 100 })
      expect(result, `${batches}`).toEqual(undisturbed)
      expect([...first.steps, ...steps], `${batches}`).toEqual([1, 2, 3])
      rmSync(folder, { recursive: true })
    }
    const after = [0, 0, 1, 1, 2]
    expect(stops).toEqual(after.map(step => `stopped after ${step}, kept ${step}`))
  })

  it('and whose last step cannot be kept says why', async () => {
    await run({ batches: 7 })
    const file = join(folder, '.checkpoint-4', 'no', 'such.json')
    const { said } = await run({ batches: 2, files: { 'no/such.json': '' } })
    expect(said).toEqual([
      'checkpoint-3: 3 of 8',
      `stopped after 4, kept 3, because ENOENT: no such file or directory, open '${file}'`,
    ])
    expect((await run()).said).toEqual(['checkpoint-3: 3 of 8'])
  })

  it('is kept as a model folder, with the moments and the state beside the weights', async () => {
    await run({ batches: 9 })
    expect(readdirSync(join(folder, 'checkpoint-4')).sort()).toEqual([
      'config.json',
      'model.safetensors',
      'optimizer.safetensors',
      'trainer_state.json',
      'training_log.jsonl',
    ])
    expect(JSON.parse(readFileSync(join(folder, 'checkpoint-4', 'trainer_state.json'), 'utf8'))).toMatchObject({
      best_global_step: null,
      best_metric: null,
      best_model_checkpoint: null,
      epoch: 1.8,
      global_step: 4,
      max_steps: 8,
      num_train_epochs: 4,
      seed: 42,
      train_batch_size: 2,
      state: { step: 4, epoch: 1, batch: 4, batches: 9, gathered: 0 },
    })
  })
})

describe('a checkpoint that is not whole', () => {
  const damages: Readonly<Record<string, { harm(checkpoint: string): void; reason: RegExp }>> = {
    'has no state': { harm: path => rmSync(join(path, 'trainer_state.json')), reason: /trainer_state\.json/ },
    'has half a state': {
      harm: path => truncateSync(join(path, 'trainer_state.json'), 40),
      reason: /JSON/,
    },
    'has no log': { harm: path => rmSync(join(path, 'training_log.jsonl')), reason: /training_log\.jsonl/ },
    'has the log of a step before': {
      harm: path => cpSync(join(path, '..', 'checkpoint-3', 'training_log.jsonl'), join(path, 'training_log.jsonl')),
      reason: /training_log\.jsonl: it has 3 of 4 steps\./,
    },
    'has weights cut short': {
      harm: path => truncateSync(join(path, 'model.safetensors'), 3000),
      reason: /model\.safetensors/,
    },
    'has no moments': { harm: path => rmSync(join(path, 'optimizer.safetensors')), reason: /optimizer\.safetensors/ },
    'has the moments of another network': {
      harm: path => cpSync(join(path, 'model.safetensors'), join(path, 'optimizer.safetensors')),
      reason: /exp_avg\./,
    },
  }

  it.each(Object.entries(damages))('because it %s: the one before it is taken up', async (_, { harm, reason }) => {
    await run({ batches: 9, save_steps: 1 })
    harm(join(folder, 'checkpoint-4'))
    const { result, said } = await run()
    expect(said).toHaveLength(2)
    expect(said[0]).toMatch(reason)
    expect(said[1]).toBe('checkpoint-3: 3 of 8')
    expect(result).toEqual(await undisturbed())
  })

  it.each([
    [1, ['checkpoint-8']],
    [2, ['checkpoint-7', 'checkpoint-8']],
  ])('is removed: with a limit of %i it takes no place from those that come after', async (save_total_limit, kept) => {
    await run({ batches: 18, save_steps: 1, save_total_limit: 9 })
    const lost = [7, 6, 5, 4].map(step => join(folder, `checkpoint-${step}`, 'trainer_state.json'))
    for (const file of lost) rmSync(file)
    // Stopped after step 5.
    const first = await run({ batches: 5, save_steps: 1, save_total_limit })
    expect(first.said).toEqual([
      ...lost.map(
        (file, at) =>
          `checkpoint-${7 - at} is not whole, and is removed: ${file}: ENOENT: no such file or directory, open '${file}'`,
      ),
      'checkpoint-3: 3 of 8',
      'stopped after 5, kept 5',
    ])
    expect(readdirSync(folder)).toEqual(save_total_limit === 1 ? ['checkpoint-5'] : ['checkpoint-4', 'checkpoint-5'])
    const { said, result } = await run({ save_steps: 1, save_total_limit })
    expect(said).toEqual(['checkpoint-5: 5 of 8'])
    expect(readdirSync(folder)).toEqual(kept)
    expect(result).toEqual(await undisturbed())
  })

  it('is removed as well where none is whole', async () => {
    await run({ batches: 9, save_steps: 1 })
    for (const step of [3, 4]) rmSync(join(folder, `checkpoint-${step}`, 'model.safetensors'))
    const { said, result } = await run({ batches: 4, save_steps: 1, save_total_limit: 1 })
    expect(said.at(-1)).toBe('stopped after 2, kept 2')
    expect(result).toBeUndefined()
    expect(readdirSync(folder)).toEqual(['checkpoint-2'])
  })

  it('or was being written or removed when the process was killed is swept away', async () => {
    await run({ batches: 9, save_steps: 1 })
    cpSync(join(folder, 'checkpoint-4'), join(folder, '.checkpoint-5'), { recursive: true })
    cpSync(join(folder, 'checkpoint-4'), join(folder, '.checkpoint-2.removed'), { recursive: true })
    cpSync(join(folder, 'checkpoint-4'), join(folder, '.checkpoint-4.replaced'), { recursive: true })
    writeFileSync(join(folder, 'run.json'), '{}')
    const { said } = await run({ save_total_limit: 1 })
    expect(said).toEqual(['checkpoint-4: 4 of 8'])
    expect(readdirSync(folder).sort()).toEqual(['checkpoint-8', 'run.json'])
  })

  it('and was to replace another one leaves that one its name', async () => {
    await run({ batches: 9, save_steps: 1 })
    // Killed just before the new one got its name.
    renameSync(join(folder, 'checkpoint-4'), join(folder, '.checkpoint-4.replaced'))
    mkdirSync(join(folder, '.checkpoint-4'))
    const { said, result } = await run()
    expect(said).toEqual(['checkpoint-4: 4 of 8'])
    expect(result).toEqual(await undisturbed())
  })
})
