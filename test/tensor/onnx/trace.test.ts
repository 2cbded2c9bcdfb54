import { afterEach, expect, test } from 'vitest'
import { openBackend } from '../../../src/tensor/backend.ts'
import type { Specs, Tensors } from '../../../src/tensor/backend.types.ts'
import { trace } from '../../../src/tensor/onnx/trace.ts'
import { isTensorError } from '../../../src/tensor/tensor-error.ts'
import * as tf from '../../../src/tensor/tf.ts'

const spec: Specs = { x: { shape: [40, 30], dtype: 'float32' } }
const outside: { tensor?: tf.Tensor } = {}

afterEach(() => {
  outside.tensor?.dispose()
  delete outside.tensor
})

const recorded = 'while the step was being recorded for ONNX Runtime'
const readHint =
  'Return the tensor as an output and read it there; a step may not call data, dataSync, array, arraySync or print.'

test.each<[what: string, step: (inputs: Tensors) => Tensors, code: string, message: string, hint: string]>([
  [
    'reads a value',
    ({ x }) => ({ y: tf.mul(x!, tf.sum(x!).dataSync()[0]!) }),
    'trace-read',
    `The value of a tensor (float32 []) was read ${recorded}; it has none until the step runs.`,
    readHint,
  ],
  [
    'prints a value',
    ({ x }) => {
      tf.erf(x!).print()
      return { y: x! }
    },
    'trace-read',
    `The value of a tensor (float32 [40, 30]) was read ${recorded}; it has none until the step runs.`,
    readHint,
  ],
  [
    'uses a kernel that is not in the table',
    ({ x }) => ({ y: tf.topk(x!, 2).values }),
    'trace-kernel',
    'The step uses the TensorFlow.js kernel `TopK`, which has no counterpart for ONNX Runtime here.',
    'Write the step with other operations, add `TopK` to src/tensor/onnx/kernels, or choose another engine (`engine: reference` runs every kernel, slowly).',
  ],
  [
    'uses one in a gradient alone',
    ({ x }) => ({ y: tf.grad(x => tf.sum(tf.elu(x)))(x!) }),
    'trace-kernel',
    'The step uses the TensorFlow.js kernel `EluGrad`, which has no counterpart for ONNX Runtime here.',
    'Write the step with other operations, add `EluGrad` to src/tensor/onnx/kernels, or choose another engine (`engine: reference` runs every kernel, slowly).',
  ],
  [
    'uses a tensor from outside',
    ({ x }) => ({ y: tf.add(x!, outside.tensor!) }),
    'trace-foreign-tensor',
    `A tensor that was made outside the step was used in it ${recorded}.`,
    'Pass it to the step as an input, or make it inside.',
  ],
  [
    'makes random numbers',
    ({ x }) => ({ y: tf.add(x!, tf.randomUniform([40, 30], 0, 1, 'float32', 1)) }),
    'trace-large-constant',
    `A constant tensor of 1200 different values [40, 30] was made ${recorded}; at most 1024 may be, because they become part of the model and stay the same in every run.`,
    'Pass it to the step as an input. Random numbers (tf.randomUniform, tf.dropout) must come from inputs too: use `dropout` of this package.',
  ],
  [
    'records within a recording',
    ({ x }) => {
      trace(({ x }) => ({ y: x! }), spec)
      return { y: x! }
    },
    'trace-nested',
    'A step was compiled for ONNX Runtime from within a step that was being recorded.',
    'Compile the inner step before, or call it as a plain function.',
  ],
])('a step that %s is refused', async (_, step, code, message, hint) => {
  const { backend } = await openBackend('reference')
  await (await backend.compile(({ x }) => ({ y: x! }), spec)).dispose()
  void tf.setBackend('cpu')
  outside.tensor = tf.ones([30])
  const error = (() => {
    try {
      return trace(step, spec)
    } catch (error) {
      return error
    }
  })()
  expect(isTensorError(error) && error.problem).toEqual({ code, message, hint })
  expect(tf.getBackend()).toBe('cpu')
})

test('a recording, gradients and all, leaves no tensors behind and the current backend as it was', async () => {
  await openBackend('reference')
  void tf.setBackend('cpu')
  const before = tf.memory()
  trace(({ x }) => ({ g: tf.grad(x => tf.sum(tf.square(tf.softmax(x))))(x!) }), spec)
  expect(tf.memory().numTensors).toBe(before.numTensors)
  expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers)
  expect(tf.getBackend()).toBe('cpu')
})
