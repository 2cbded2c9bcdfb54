import ort from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { exportModel } from '../../../src/tensor/onnx/export.ts'
import * as tf from '../../../src/tensor/tf.ts'

const table = { shape: [4, 3], data: Float32Array.from({ length: 12 }, (_, at) => at) }

it('writes a model for any number of rows of any length', async () => {
  const model = exportModel({
    inputs: ['ids'],
    weights: new Map([['table', table]]),
    step: ({ ids, table }) => {
      const [rows, length] = ids!.shape as [number, number]
      const words = tf.gather(table!, ids!)
      const flat = tf.reshape(words, [rows * length, 3])
      return {
        doubled: tf.reshape(tf.mul(flat, 2), [rows, length * 3]),
        turned: tf.matMul(words, words, false, true),
      }
    },
  })
  const session = await ort.InferenceSession.create(model)
  expect(session.inputMetadata).toMatchObject([{ name: 'ids', type: 'int64', shape: ['batch', 'sequence'] }])
  expect(session.outputMetadata.map(each => 'shape' in each && each.shape)).toEqual([
    ['batch', '3 * sequence'],
    ['batch', 'sequence', 'sequence'],
  ])
  for (const [rows, length] of [
    [1, 1],
    [1, 3],
    [2, 5],
    [4, 9],
  ] as const) {
    const ids = Array.from({ length: rows * length }, (_, at) => at % 4)
    const feed = new ort.Tensor('int64', BigInt64Array.from(ids, BigInt), [rows, length])
    const { doubled, turned } = await session.run({ ids: feed })
    expect([doubled!.dims, turned!.dims]).toEqual([
      [rows, 3 * length],
      [rows, length, length],
    ])
    expect([...(doubled!.data as Float32Array)]).toEqual(ids.flatMap(id => [6 * id, 6 * id + 2, 6 * id + 4]))
  }
})

it('refuses a step that computes something else at another size', () => {
  const step = ({ ids }: tf.NamedTensorMap) => ({ y: tf.mul(tf.cast(ids!, 'float32'), ids!.shape[0]!) })
  expect(() => exportModel({ inputs: ['ids'], weights: new Map(), step: step as never })).toThrow(
    'Two traces of one step at different sizes differ in a constant of node 1 (Mul): what it computes depends on the sizes.',
  )
})
