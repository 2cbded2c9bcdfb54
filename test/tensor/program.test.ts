import { describe, expect, test } from 'vitest'
import { openBackend } from '../../src/tensor/backend.ts'
import type { HostArrays, Specs, Tensors } from '../../src/tensor/backend.types.ts'
import { isTensorError } from '../../src/tensor/tensor-error.ts'
import * as tf from '../../src/tensor/tf.ts'
import { engines, openOptions } from './calculate.ts'

const float = (...shape: number[]) => ({ shape, dtype: 'float32' }) as const
const int = (...shape: number[]) => ({ shape, dtype: 'int32' }) as const

test.each([
  ['reference', 1, 'reference (TensorFlow.js 4.22.0, plain JavaScript, 1 thread)'],
  ['onnx', 1, 'onnx (ONNX Runtime 1.30.0, CPU, 1 thread)'],
  ['onnx', 2, 'onnx (ONNX Runtime 1.30.0, CPU, 2 threads)'],
] as const)('%s with %d threads says what it is', async (engine, threads, description) => {
  const { backend } = await openBackend(engine, { threads })
  expect([backend.engine, backend.description]).toEqual([engine, description])
})

describe.each(engines)('a program on %s', engine => {
  const compiled = async (step: (inputs: Tensors) => Tensors, inputs: Specs) =>
    (await openBackend(engine, openOptions)).backend.compile(step, inputs)

  test('knows its outputs, and gives the same arrays again', async () => {
    const program = await compiled(({ x, i }) => ({ sum: tf.sum(x!), twice: tf.add(i!, i!) }), {
      x: float(3),
      i: int(2),
    })
    expect(program.outputs).toEqual({ sum: float(), twice: int(2) })
    const first = await program.run({ x: Float32Array.of(1, 2, 3), i: Int32Array.of(4, 5) })
    expect(first).toEqual({ sum: Float32Array.of(6), twice: Int32Array.of(8, 10) })
    const second = await program.run({ x: Float32Array.of(1, 2, 4), i: Int32Array.of(4, 5) })
    expect(second.sum).toBe(first.sum)
    expect([...first.sum!]).toEqual([7])
    await program.dispose()
  })

  test('reads and writes views of larger arrays, and nothing beside them', async () => {
    const program = await compiled(({ x }) => ({ y: tf.mul(x!, 2), z: tf.neg(x!) }), { x: float(2) })
    const flat = Float32Array.of(9, 1, 2, 9, 9, 9, 9)
    const into = { y: flat.subarray(3, 5) }
    const results = await program.run({ x: flat.subarray(1, 3) }, into)
    expect(results.y).toBe(into.y)
    expect([...results.z!]).toEqual([-1, -2])
    expect([...flat]).toEqual([9, 1, 2, 2, 4, 9, 9])
    await program.dispose()
  })

  test('takes other arrays each time', async () => {
    const program = await compiled(({ x }) => ({ y: tf.square(x!) }), { x: float(2) })
    const found: number[][] = []
    const arrays = [Float32Array.of(1, 2), Float32Array.of(3, 4)]
    for (const x of [arrays[0]!, arrays[1]!, arrays[0]!]) {
      x[0]!++
      found.push([...(await program.run({ x }, { y: new Float32Array(2) })).y!])
    }
    expect(found).toEqual([
      [4, 4],
      [16, 16],
      [9, 4],
    ])
    await program.dispose()
  })

  test('may leave inputs unused, and give inputs, constants and one value twice as outputs', async () => {
    const step = ({ x }: Tensors): Tensors => {
      const y = tf.add(x!, 1)
      return { x: x!, one: tf.ones([2]), y, again: y, reshaped: tf.reshape(y, [2, 1]) }
    }
    const program = await compiled(step, { x: float(2), unused: int(1) })
    expect(await program.run({ x: Float32Array.of(1, 2), unused: Int32Array.of(0) })).toEqual({
      x: Float32Array.of(1, 2),
      one: Float32Array.of(1, 1),
      y: Float32Array.of(2, 3),
      again: Float32Array.of(2, 3),
      reshaped: Float32Array.of(2, 3),
    })
    await program.dispose()
  })

  test.each<[HostArrays, HostArrays, string]>([
    [{}, {}, 'The input `x` is missing.'],
    [
      { x: new Float32Array(5) },
      {},
      'The input `x` must be a Float32Array of 6 for [2, 3]; found a Float32Array of 5.',
    ],
    [{ x: new Int32Array(6) }, {}, 'The input `x` must be a Float32Array of 6 for [2, 3]; found a Int32Array of 6.'],
    [{ x: new Float32Array(6), z: new Float32Array(1) }, {}, 'There is no input `z`; there are `x`.'],
    [
      { x: new Float32Array(6) },
      { y: new Float32Array(1) },
      'The output `y` must be a Float32Array of 6 for [2, 3]; found a Float32Array of 1.',
    ],
    [{ x: new Float32Array(6) }, { w: new Float32Array(1) }, 'There is no output `w`; there are `y`, `n`.'],
  ])('refuses arrays that do not fit (%#)', async (feeds, into, message) => {
    const program = await compiled(({ x }) => ({ y: tf.neg(x!), n: tf.sum(x!) }), { x: float(2, 3) })
    const error = await program.run(feeds, into).catch((error: unknown) => error)
    expect(isTensorError(error) && error.problem).toEqual({ code: 'feeds-mismatch', message })
    await program.dispose()
  })

  test('leaves no tensors behind', async () => {
    const before = tf.memory().numTensors
    const program = await compiled(({ x }) => ({ g: tf.grad(x => tf.sum(tf.softmax(tf.square(x))))(x!) }), {
      x: float(2, 3),
    })
    for (let run = 0; run < 3; run++) await program.run({ x: new Float32Array(6) })
    await program.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})

// ONNX Runtime writes where it reads: see below for what it can do.
test.each(engines.filter(engine => engine !== 'onnx'))('feed and fetch may overlap on %s', async engine => {
  const { backend } = await openBackend(engine, openOptions)
  const step = ({ x }: Tensors): Tensors => ({ one: tf.reshape(x!, [2]), two: tf.neg(x!), three: tf.clone(x!) })
  const program = await backend.compile(step, { x: float(2) })
  const flat = Float32Array.of(1, 2, 0, 0)
  const { one, two, three } = await program.run({ x: flat.subarray(0, 2) }, { two: flat.subarray(1, 3) })
  expect([one, two, three].map(each => [...each!])).toEqual([
    [1, 2],
    [-1, -2],
    [1, 2],
  ])
  await program.dispose()
})

test('feed and fetch may be the same array on onnx', async () => {
  const { backend } = await openBackend('onnx', { threads: 1 })
  const program = await backend.compile(({ x }) => ({ x: tf.add(tf.mul(x!, 2), 1) }), { x: float(4) })
  const x = Float32Array.of(1, 2, 3, 4)
  for (let run = 0; run < 3; run++) await program.run({ x }, { x })
  expect([...x]).toEqual([15, 23, 31, 39])
  await program.dispose()
})
