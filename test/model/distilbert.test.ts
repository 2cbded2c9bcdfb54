import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { describeModel } from '../../src/model/model-folder.ts'
import { readPretrained } from '../../src/model/pretrained.ts'
import { openBackend } from '../../src/tensor/backend.ts'
import { inferHere } from '../../src/training/infer-here.ts'
import { startOfTraining, trainingSteps } from '../../src/training/loop.ts'
import { prepareTraining } from '../../src/training/trainer.ts'
import { datasetOf, defaults, type PaddedRows } from '../training/datasets.ts'

// Made by oracle-distilbert/make.py, with transformers' DistilBertForQuestionAnswering.
const oracle = (name: string) => fileURLToPath(new URL(`oracle-distilbert/${name}`, import.meta.url))
const expected: {
  readonly rows: PaddedRows
  readonly start: number[][]
  readonly end: number[][]
  readonly steps: readonly { readonly loss: number; readonly grad_norm: number }[]
} = JSON.parse(readFileSync(oracle('expected.json'), 'utf8'))

describe.each(['reference', 'onnx'] as const)('DistilBERT on the engine %s', engine => {
  const described = describeModel(oracle('config.json'), readFileSync(oracle('config.json'), 'utf8'))
  if ('problems' in described) throw new Error(JSON.stringify(described.problems))
  const { config } = described
  const data = datasetOf(expected.rows, 12)
  const read = () => readPretrained(described, oracle('model.safetensors'), { say: () => {} })

  it('has the logits of transformers', async () => {
    const { start, end, offsets } = await inferHere({ config, weights: await read(), data, batch_size: 4, engine })
    expected.rows.input_mask.forEach((mask, row) => {
      const length = mask.reduce((sum, each) => sum + each, 0)
      for (let at = 0; at < length; at++) {
        expect(start[offsets[row]! + at]).toBeCloseTo(expected.start[row]![at]!, 5)
        expect(end[offsets[row]! + at]).toBeCloseTo(expected.end[row]![at]!, 5)
      }
    })
  })

  it('trains as transformers does', async () => {
    const options = {
      ...defaults,
      learning_rate: 1e-3,
      lr_scheduler: 'constant' as const,
      train_batch_size: 4,
      max_steps: 5,
      pad_to_max_length: true,
      engine,
    }
    const { backend } = await openBackend(engine)
    const orderOf = () => Int32Array.of(0, 1, 2, 3)
    const trainer = await prepareTraining({ config, weights: await read(), data, options }, backend, { orderOf })
    let at = 0
    for await (const { loss, grad_norm } of trainingSteps(trainer, startOfTraining())) {
      const step = expected.steps[at++]!
      expect(Math.abs(loss / step.loss - 1)).toBeLessThan(1e-5)
      expect(Math.abs(grad_norm / step.grad_norm - 1)).toBeLessThan(1e-4)
    }
    expect(at).toBe(5)
    await trainer.programs.dispose()
    await backend.dispose()
  })
})
