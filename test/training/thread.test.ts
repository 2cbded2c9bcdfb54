import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { initialWeights } from '../../src/model/initial-weights.ts'
import { networkOf } from '../../src/model/networks.ts'
import { random } from '../../src/model/random.ts'
import { inferHere } from '../../src/training/infer-here.ts'
import { infer, train } from '../../src/training/thread.ts'
import { trainHere } from '../../src/training/train-here.ts'
import { datasetOf, defaults, randomRows, tinyConfig } from './datasets.ts'

const config = { ...tinyConfig, hidden_dropout_prob: 0.1 }
/** Of each training its own: their memory goes to its thread. */
const newWeights = () => initialWeights(networkOf(config), config, 1)
const weights = newWeights()
const data = datasetOf(randomRows(8, 12, config.vocab_size, random(9).uniform), 12)
const options = { ...defaults, engine: 'onnx' as const, train_batch_size: 2, learning_rate: 1e-3 }

// The thread runs the built package: `npm run build` first.
const built = existsSync(fileURLToPath(new URL('../../dist/training-worker.js', import.meta.url)))

describe.runIf(built)('a thread of its own', () => {
  it('trains to the same bytes as this one, and tells the same steps', async () => {
    const steps: number[][] = []
    const said: string[] = []
    const hooks = { say: (message: string) => said.push(message) }
    const handed = newWeights()
    const there = await train(
      { config, weights: handed, data, options },
      { ...hooks, onStep: ({ step, total_steps, loss }) => steps.push([step, total_steps, loss]) },
    )
    expect([...handed.values()].map(({ data }) => data.length)).toEqual(Array(handed.size).fill(0))
    await expect(train({ config, weights: handed, data, options })).rejects.toThrow(
      'These weights were handed over to another training.',
    )
    const toldThere = steps.splice(0)
    const here = await trainHere(
      { config, weights, data, options },
      { onStep: ({ step, total_steps, loss }) => steps.push([step, total_steps, loss]) },
    )
    expect(there).toEqual(here)
    expect(there.global_step).toBe(12)
    expect(toldThere).toEqual(steps)
    expect(said).toEqual([expect.stringMatching(/^engine onnx: asked for; onnx \(ONNX Runtime [\d.]+, .*\)$/)])
  })

  it('infers as this one does', async () => {
    const request = { config, weights, data, batch_size: 3, engine: 'onnx' as const }
    const batches: number[][] = []
    const left: number[] = []
    const inferred = await infer(request, {
      onBatch({ done, total, seconds_left }) {
        batches.push([done, total])
        left.push(seconds_left)
      },
    })
    expect(inferred).toEqual(await inferHere(request))
    expect(batches).toEqual([
      [3, 8],
      [6, 8],
      [8, 8],
    ])
    expect(left[1]).toBeGreaterThan(0)
    expect(left[2]).toBe(0)
  })

  it('leaves this thread free while it computes', async () => {
    let ticks = 0
    const timer = setInterval(() => ticks++, 1)
    await train({ config, weights: newWeights(), data, options })
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(20)
  })

  it('stops between two batches when it is told to', async () => {
    const stop = new AbortController()
    const reason = new Error('interrupted')
    let last = 0
    let told = 0
    const running = train(
      { config, weights: newWeights(), data, options: { ...options, max_steps: 100_000 } },
      {
        signal: stop.signal,
        onStopping: () => told++,
        onStep({ step }) {
          last = step
          if (step === 3) stop.abort(reason)
        },
      },
    )
    await expect(running).rejects.toBe(reason)
    expect(last).toBeLessThan(10_000)
    expect(told).toBe(1)
    await expect(train({ config, weights, data, options }, { signal: stop.signal })).rejects.toBe(reason)
  })

  it.each(['say', 'onStep', 'onCheckpoint', 'onResume', 'onEvaluating'] as const)(
    'ends with what %s throws',
    async hook => {
      const folder = mkdtempSync(join(tmpdir(), 'sluice-thread-'))
      const wrong = new Error('wrong')
      const checkpoints = { folder, save_steps: 2, save_total_limit: 2, files: {} }
      const evaluation = { data, batch_size: 4, eval_steps: 1, load_best_model_at_end: false }
      const training = { ...options, max_steps: 3 }
      const request = () => ({ config, weights: newWeights(), data, options: training, checkpoints, evaluation })
      const onEvaluate = () => ({ metric: 0, scores: {} })
      try {
        if (hook === 'onResume') await train(request(), { onEvaluate })
        const fails = train(request(), {
          onEvaluate,
          [hook]() {
            throw wrong
          },
        })
        await expect(fails).rejects.toBe(wrong)
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
  )

  it('passes on what the user can mend as it is, and bugs with their stack', async () => {
    await expect(train({ config, weights: newWeights(), data: { ...data, rows: 0 }, options })).rejects.toMatchObject({
      problem: { code: 'no-rows' },
    })
    await expect(train({ config, weights: new Map(), data, options })).rejects.toThrow(
      /Cannot read properties of undefined/,
    )
  })
})
