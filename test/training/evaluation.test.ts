import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { random } from '../../src/model/random.ts'
import { openSafetensors } from '../../src/model/safetensors-read.ts'
import { evaluatedSteps } from '../../src/training/evaluation.ts'
import { inferHere } from '../../src/training/infer-here.ts'
import { mostKept, toKeep } from '../../src/training/kept-checkpoints.ts'
import { train } from '../../src/training/thread.ts'
import { trainHere } from '../../src/training/train-here.ts'
import type { Best, Dataset, EvaluationSettings, InferResult, Verdict } from '../../src/training/training.types.ts'
import { datasetOf, randomRows } from './datasets.ts'
import { config, data, options, weights } from './small-training.ts'

// Nine rows in batches of four: three batches an evaluation.
const dev = datasetOf(randomRows(9, 20, config.vocab_size, random(5).uniform), 20)
const settings: EvaluationSettings = { data: dev, batch_size: 4, eval_steps: 3, load_best_model_at_end: false }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-evaluation-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const wipe = () => {
  rmSync(folder, { recursive: true })
  mkdirSync(folder)
}
const stopped = new Error('stopped')
const verdict = (metric: number): Verdict => ({ metric, scores: { eval_f1: metric } })

interface Setting {
  /** Of training and of evaluation together, after which it is told to stop. */
  readonly batches?: number
  readonly evaluation?: Partial<EvaluationSettings>
  readonly scores?: Readonly<Record<number, number>>
  readonly save_steps?: number
  readonly save_total_limit?: number
  /** The thread dies at this step: after its evaluation, before its checkpoint. */
  readonly dies?: number
}

/** Trains with checkpoints and evaluations, whose scores are given by step. */
async function run({ batches, evaluation, scores = {}, save_steps = 2, save_total_limit = 2, dies }: Setting = {}) {
  const evaluated: [step: number, best?: Best][] = []
  const logits: Record<number, InferResult> = {}
  const said: string[] = []
  let left = batches ?? Number.POSITIVE_INFINITY
  const signal = {
    throwIfAborted() {
      if (left-- <= 0) throw stopped
    },
  }
  const checkpoints = { folder, save_steps, save_total_limit, files: { 'config.json': '{}' } }
  const result = await trainHere(
    { config, weights, data, options, checkpoints, evaluation: { ...settings, ...evaluation } },
    {
      signal,
      onResume: checkpoint => said.push(checkpoint),
      onEvaluate({ step, best, logits: found }) {
        evaluated.push(best ? [step, best] : [step])
        logits[step] = found
        if (step === dies) throw stopped
        return verdict(scores[step] ?? 0)
      },
    },
  ).catch(error => {
    if (error !== stopped) throw error
    return undefined
  })
  return { result, evaluated, logits, said, kept: readdirSync(folder).sort() }
}

const plain = () => trainHere({ config, weights, data, options })

/** The weights after so many steps of the same training. */
const weightsAfter = async (step: number) => {
  const checkpoints = { folder: join(folder, 'all'), save_steps: 1, save_total_limit: 99, files: {} }
  await trainHere({ config, weights, data, options, checkpoints })
  const file = await openSafetensors(join(folder, 'all', `checkpoint-${step}`, 'model.safetensors'))
  const found = new Map<string, Float32Array>()
  for (const name of file.tensors.keys()) found.set(name, await file.float32(name))
  await file.close()
  rmSync(join(folder, 'all'), { recursive: true })
  return found
}
const arrays = (result: Awaited<ReturnType<typeof run>>['result']) =>
  new Map([...result!.weights].map(([name, { data }]) => [name, data]))

describe('an evaluation during training', () => {
  it('changes nothing in the training', async () => {
    const { best, log, ...rest } = (await run()).result!
    expect({ ...rest, log: log.filter(each => 'loss' in each) }).toEqual(await plain())
    expect(best).toEqual({ step: 3, metric: 0 })
  })

  it('is in the log behind the step that it follows', async () => {
    const { log } = (await run({ scores: { 3: 10, 6: 30, 8: 20 } })).result!
    const told = log.map(({ step, loss, eval_f1 }) => (loss === undefined ? `F1 ${eval_f1} after ${step}` : step))
    expect(told).toEqual([1, 2, 3, 'F1 10 after 3', 4, 5, 6, 'F1 30 after 6', 7, 8, 'F1 20 after 8'])
    expect(log.filter(each => 'eval_f1' in each).map(({ epoch }) => epoch)).toEqual([1.4, 2.8, 3.8])
  })

  it('comes every so many steps and at the end, by default once an epoch, with the weights as they stand', async () => {
    const { evaluated, logits, result } = await run({ scores: { 3: 10, 6: 30, 8: 20 } })
    expect(evaluated).toEqual([[3], [6, { step: 3, metric: 10 }], [8, { step: 6, metric: 30 }]])
    expect(result!.best).toEqual({ step: 6, metric: 30 })
    const infer = (of: typeof weights) => inferHere({ config, weights: of, data: dev, batch_size: 4, engine: 'onnx' })
    expect(logits[8]).toEqual(await infer(new Map(result!.weights)))
    expect(logits[3]).not.toEqual(logits[8])
    wipe()
    const { eval_steps: _, ...byEpoch } = settings
    const steps: number[] = []
    await trainHere(
      { config, weights, data, options, evaluation: byEpoch },
      { onEvaluate: ({ step }) => verdict(steps.push(step)) },
    )
    expect(steps).toEqual([2, 4, 6, 8])
  })

  it.each([
    [3, 8, [3, 6, 8]],
    [3, 9, [3, 6, 9]],
    [1, 3, [1, 2, 3]],
    [10, 8, [8]],
  ])('is due every %i of %i steps', (every, total, due) => {
    const { isDue, countAfter } = evaluatedSteps(every, total)
    const steps = Array.from({ length: total + 1 }, (_, step) => step)
    expect(steps.filter(isDue)).toEqual(due)
    expect(steps.map(countAfter)).toEqual(steps.map(step => due.filter(each => each > step).length))
  })

  it('says how far it is', async () => {
    const reports: number[][] = []
    await trainHere(
      { config, weights, data, options: { ...options, max_steps: 1 }, evaluation: settings },
      {
        onEvaluate: () => verdict(0),
        onEvaluating: ({ step, total_steps, done, total }) => reports.push([step, total_steps, done, total]),
      },
    )
    expect(reports).toEqual([
      [1, 1, 4, 9],
      [1, 1, 8, 9],
      [1, 1, 9, 9],
    ])
  })

  it('stops at logits that are not finite, and says where', async () => {
    // A position that no training row reaches is broken.
    const broken = new Map(weights)
    const positions = broken.get('bert.embeddings.position_embeddings.weight')!
    const bad = positions.data.slice()
    bad.fill(Number.NaN, 15 * 16, 16 * 16)
    broken.set('bert.embeddings.position_embeddings.weight', { ...positions, data: bad })
    const named: Dataset = { ...dev, names: Array.from({ length: 9 }, (_, row) => `q${row}`) }
    const longest = [...dev.ragged.input_ids!.offsets]
      .slice(1)
      .map((end, row) => end - dev.ragged.input_ids!.offsets[row]!)
    const first = longest.indexOf(Math.max(...longest))
    await expect(
      trainHere(
        {
          config,
          weights: broken,
          data,
          options: { ...options, max_steps: 4, weight_decay: 0, max_grad_norm: 0, adam_epsilon: 1 },
          evaluation: { ...settings, data: named, eval_steps: 2 },
        },
        { onEvaluate: () => verdict(0) },
      ),
    ).rejects.toMatchObject({
      problem: {
        code: 'logits-not-finite',
        message: `The logits became NaN in the evaluation after step 2 (learning rate 0.0075), in those of q${first}.`,
        hint: 'Lower `learning_rate`, or warm up longer (`warmup_steps`).',
      },
    })
  })

  it('refuses rows that the network cannot take before it trains', async () => {
    const long = datasetOf(randomRows(2, 33, config.vocab_size, random(5).uniform), 33)
    const steps: number[] = []
    await expect(
      trainHere(
        { config, weights, data, options, evaluation: { ...settings, data: long } },
        { onStep: ({ step }) => steps.push(step), onEvaluate: () => verdict(0) },
      ),
    ).rejects.toMatchObject({
      problem: {
        code: 'data-too-large',
        message:
          'The data does not fit the model: found 33 tokens in a row, but its config.json has a `max_position_embeddings` of 32.',
      },
    })
    expect(steps).toEqual([])
  })
})

describe('the best checkpoint', () => {
  const scores = { 1: 5, 2: 9, 3: 7, 4: 9, 5: 8, 6: 1, 7: 2, 8: 3 }
  const each = { eval_steps: 1 }

  it('is kept, is one of those that are kept, and is named in the state; of equal scores it is the first', async () => {
    const { kept, result } = await run({ scores, evaluation: each, save_steps: 1 })
    expect(result!.best).toEqual({ step: 2, metric: 9 })
    expect(kept).toEqual(['checkpoint-2', 'checkpoint-8'])
    const state = JSON.parse(readFileSync(join(folder, 'checkpoint-8', 'trainer_state.json'), 'utf8'))
    expect(state).toMatchObject({
      best_global_step: 2,
      best_metric: 9,
      best_model_checkpoint: 'checkpoint-2',
      state: { step: 8, evaluated: 8, best: { step: 2, metric: 9 } },
    })
  })

  it('is written when it is found, between two others', async () => {
    const { kept } = await run({ scores, evaluation: each, save_steps: 100 })
    expect(kept).toEqual(['checkpoint-2', 'checkpoint-8'])
  })

  it.each([
    [1, 'c2', ['c9', 'c2']],
    [2, 'c2', ['c9', 'c2']],
    [3, 'c2', ['c9', 'c8', 'c2']],
    [3, 'c8', ['c9', 'c8', 'c7']],
    [1, 'c9', ['c9']],
    [2, undefined, ['c9', 'c8']],
    [9, 'c2', ['c9', 'c8', 'c7', 'c6', 'c2']],
  ])('with a limit of %i and %s', (limit, best, kept) => {
    expect([...toKeep(['c9', 'c8', 'c7', 'c6', 'c2'], limit, best)]).toEqual(kept)
  })

  it.each([1, 2, 3])('with a limit of %i takes no more room than is asked for', limit => {
    const steps = ['c9', 'c8', 'c7', 'c6', 'c2']
    const most = (bests: readonly (string | undefined)[]) =>
      Math.max(...bests.map(best => toKeep(steps, limit, best).size))
    expect(most([undefined])).toBe(mostKept(limit, false))
    expect(most(steps)).toBe(mostKept(limit, true))
  })

  it('is the result with load_best_model_at_end, whatever came after it', async () => {
    const evaluation = { ...each, load_best_model_at_end: true }
    const best = await run({ scores, evaluation })
    expect(best.result).toMatchObject({ best: { step: 2, metric: 9 }, global_step: 8 })
    expect(arrays(best.result)).toEqual(await weightsAfter(2))
    wipe()
    const last = await run({ scores: { 8: 1 }, evaluation })
    expect(last.result!.best).toEqual({ step: 8, metric: 1 })
    expect(last.result!.weights).toEqual((await plain()).weights)
  })
})

it('needs checkpoints to have the best step as its result', async () => {
  const evaluation = { ...settings, load_best_model_at_end: true }
  const scored = (best: number) =>
    trainHere(
      { config, weights, data, options, evaluation },
      { onEvaluate: ({ step }) => verdict(step === best ? 1 : 0) },
    )
  await expect(scored(3)).rejects.toThrow('The best step was not kept: `load_best_model_at_end` needs checkpoints.')
  expect((await scored(8)).weights).toEqual((await plain()).weights)
})

describe('a training with evaluations that was stopped', () => {
  const scores = { 3: 10, 6: 30, 8: 20 }
  const evaluation = { load_best_model_at_end: true }
  // Batches of training, and three of each evaluation: 6 + 3 to step 3, …
  const all = 19 + 3 * 3

  it('at any batch, of an evaluation too, ends with the same bytes and the same best step', async () => {
    const undisturbed = await run({ scores, evaluation })
    expect(undisturbed.result!.best).toEqual({ step: 6, metric: 30 })
    for (let batches = 1; batches < all; batches++) {
      wipe()
      const first = await run({ batches, scores, evaluation, save_steps: 3 })
      expect(first.result, `${batches}`).toBeUndefined()
      const second = await run({ scores, evaluation, save_steps: 3 })
      expect(second.result, `${batches}`).toEqual(undisturbed.result)
      for (const [step, logits] of Object.entries({ ...first.logits, ...second.logits }))
        expect(logits, `${batches}`).toEqual(undisturbed.logits[Number(step)])
      // Nothing is evaluated twice.
      const evaluated = [...first.evaluated, ...second.evaluated].map(([step]) => step)
      expect(evaluated, `${batches}`).toEqual([3, 6, 8])
    }
  })

  it.each([3, 6, 8])('between the evaluation of step %i and its checkpoint, likewise', async dies => {
    const undisturbed = await run({ scores, evaluation })
    wipe()
    await run({ scores, evaluation, dies })
    const { result, evaluated, logits } = await run({ scores, evaluation })
    expect(result).toEqual(undisturbed.result)
    expect(evaluated[0]![0]).toBe(dies)
    expect(logits[dies]).toEqual(undisturbed.logits[dies])
  })

  it('whose best checkpoint is damaged goes on from before it', async () => {
    const undisturbed = await run({ scores, evaluation })
    wipe()
    // Told to stop after the best one, at step 6, and the next, 7.
    expect((await run({ scores, evaluation, batches: 24, save_steps: 1, save_total_limit: 9 })).kept).toContain(
      'checkpoint-7',
    )
    truncateSync(join(folder, 'checkpoint-6', 'model.safetensors'), 3000)
    const { said, result } = await run({ scores, evaluation, save_steps: 1, save_total_limit: 9 })
    expect(said).toEqual(['checkpoint-5'])
    expect(result).toEqual(undisturbed.result)
  })

  it.each([
    [2, 'starts anew, because no checkpoint before it is whole'],
    [9, 'goes on from checkpoint-4'],
  ])('whose best checkpoint is lost in its last steps says so, with %i kept', async (save_total_limit, then) => {
    const checkpoints = { folder, save_steps: 2, save_total_limit, files: {} }
    const file = join(folder, 'checkpoint-6', 'model.safetensors')
    const training = trainHere(
      { config, weights, data, options, checkpoints, evaluation: { ...settings, ...evaluation } },
      {
        onEvaluate({ step }) {
          if (step === 8) rmSync(file)
          return verdict(scores[step as 3 | 6 | 8])
        },
      },
    )
    await expect(training).rejects.toMatchObject({
      problem: {
        code: 'best-checkpoint',
        message: `Expected the weights of the best checkpoint, checkpoint-6; found them damaged: ${file}: ENOENT: no such file or directory, open '${file}'`,
        hint: `Run again: training then ${then}.`,
      },
    })
    const { said } = await run({ scores, evaluation })
    expect(said).toEqual(save_total_limit === 2 ? [] : ['checkpoint-4'])
  })
})

// The thread runs the built package: `npm run build` first.
const built = existsSync(fileURLToPath(new URL('../../dist/training-worker.js', import.meta.url)))

describe.runIf(built)('in a thread of its own', () => {
  // Of each training its own weights: their memory goes to its thread.
  const request = () => ({ config, weights: structuredClone(weights), data, options, evaluation: settings })

  it('trains and ranks as in this one, and waits for the answer', async () => {
    const told: string[] = []
    const scores: Readonly<Record<number, number>> = { 3: 10, 6: 30, 8: 20 }
    const there = await train(request(), {
      onStep: ({ step }) => told.push(`step ${step}`),
      async onEvaluate({ step, best }) {
        await new Promise(resolve => setTimeout(resolve, 20))
        told.push(`evaluated ${step} ${best?.step}`)
        return verdict(scores[step]!)
      },
    })
    expect(there).toEqual(await trainHere(request(), { onEvaluate: ({ step }) => verdict(scores[step]!) }))
    expect(told.filter((_, at) => [2, 3, 4, 7, 10].includes(at))).toEqual([
      'step 3',
      'evaluated 3 undefined',
      'step 4',
      'evaluated 6 3',
      'evaluated 8 6',
    ])
  })

  it('ends with what is thrown there, and on an interrupt with its reason once the state is kept', async () => {
    const wrong = new Error('wrong')
    const fails = train(request(), {
      onEvaluate: () => {
        throw wrong
      },
    })
    await expect(fails).rejects.toBe(wrong)

    const stop = new AbortController()
    const reason = new Error('interrupted')
    const kept: unknown[] = []
    const checkpoints = { folder, save_steps: 100, save_total_limit: 2, files: {} }
    const interrupted = train(
      { ...request(), checkpoints },
      {
        signal: stop.signal,
        onStop: each => kept.push(each),
        async onEvaluate() {
          stop.abort(reason)
          throw reason
        },
      },
    )
    await expect(interrupted).rejects.toBe(reason)
    expect(kept).toEqual([expect.objectContaining({ step: 3, kept: 3 })])
    expect(readdirSync(folder)).toEqual(['checkpoint-3'])
  })
})
