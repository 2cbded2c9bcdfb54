import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
// A backend to ask for the number of tensors: the engine onnx registers none.
import '@tensorflow/tfjs-backend-cpu'
import { describe, expect, it, test } from 'vitest'
import { initialWeights } from '../../src/model/initial-weights.ts'
import { networkOf } from '../../src/model/networks.ts'
import { random } from '../../src/model/random.ts'
import type { Engine } from '../../src/tensor/backend.types.ts'
import * as tf from '../../src/tensor/tf.ts'
import { trainHere } from '../../src/training/train-here.ts'
import type { StepReport, TrainRequest } from '../../src/training/training.types.ts'
import { choiceOf, engines, needsTensorflow, withTensorflow } from '../engines.ts'
import { datasetOf, defaults, randomRows, tinyConfig } from './datasets.ts'

const config = { ...tinyConfig, hidden_dropout_prob: 0.1, attention_probs_dropout_prob: 0.1 }
const weights = initialWeights(networkOf(config), config, 1)
const data = datasetOf(randomRows(16, 12, config.vocab_size, random(9).uniform), 12)

const train = async (
  engine: Engine,
  max_steps: number,
  more: Partial<TrainRequest> & { each?(step: StepReport): void } = {},
) => {
  const { each, ...request } = more
  const steps: StepReport[] = []
  const options = { ...defaults, learning_rate: 1e-3, train_batch_size: 4, max_steps, engine: choiceOf(engine) }
  await trainHere(
    { config, weights, data, options, ...request },
    {
      onStep(step) {
        steps.push(step)
        each?.(step)
      },
    },
  )
  return steps
}

// A mask is a function of seed, site and position: with dropout on, every engine trains the same network.
describe('20 steps with dropout', () => {
  const others = engines.filter(engine => engine !== 'reference')
  it.each(others)('have the same losses on %s as on reference', async engine => {
    const [found, expected] = [await train(engine, 20), await train('reference', 20)]
    expect(found.length).toBe(20)
    found.forEach(({ loss }, at) => {
      expect(Math.abs(loss - expected[at]!.loss), `loss of step ${at + 1}`).toBeLessThan(1e-5)
    })
  })

  test.runIf(withTensorflow)(`are made on tensorflow too (${needsTensorflow})`, () => {
    expect(others).toContain('tensorflow')
  })
})

// Case 42: each step or each checkpoint leaving tensors behind.
test.each(engines)('200 steps with a checkpoint every 10 leave nothing behind on %s', async engine => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-leak-'))
  const at = new Map<number, { tensors: number[]; rss: number }>()
  const before = tf.memory().numTensors
  try {
    await train(engine, 200, {
      checkpoints: { folder, save_steps: 10, save_total_limit: 1, files: {} },
      each: ({ step }) => void at.set(step, { tensors: tensors(engine), rss: process.memoryUsage().rss }),
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
  expect(at.get(200)!.tensors).toEqual(at.get(20)!.tensors)
  expect(at.get(200)!.rss - at.get(50)!.rss).toBeLessThan(50 * 2 ** 20)
  expect(tf.memory().numTensors).toBe(before)
})

/** Live tensors: those that TensorFlow.js knows of, and on TensorFlow its own. */
const tensors = (engine: Engine): number[] => {
  const { numTensors } = tf.memory()
  if (engine !== 'tensorflow') return [numTensors]
  const { binding } = tf.findBackend('tensorflow') as unknown as { binding: { getNumOfTensors(): number } }
  return [numTensors, binding.getNumOfTensors()]
}
