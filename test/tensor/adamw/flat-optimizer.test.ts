import { describe, expect, test } from 'vitest'
import { type AdamWSettings, flatOptimizer, type ParameterRange } from '../../../src/tensor/adamw/flat-optimizer.ts'
import { inJavaScript } from '../../../src/tensor/adamw/in-javascript.ts'
import { inWasm, wasmHolds } from '../../../src/tensor/adamw/in-wasm.ts'
import { farthest, someFloats } from '../calculate.ts'

const settings = (t: number): AdamWSettings => ({
  lr: 1e-2,
  beta1: 0.9,
  beta2: 0.999,
  eps: 1e-8,
  weight_decay: 0.1,
  t,
  scale: 0.5,
})

/** The rule as PyTorch's documentation writes it, in double precision. */
function plainSteps(params: Float32Array, gradients: readonly Float32Array[], decayed: (index: number) => boolean) {
  const [p, m, v] = [Float64Array.from(params), new Float64Array(params.length), new Float64Array(params.length)]
  gradients.forEach((gradient, step) => {
    const { lr, beta1, beta2, eps, weight_decay, t, scale } = settings(step + 1)
    for (let i = 0; i < p.length; i++) {
      const g = gradient[i]! * scale
      p[i]! -= decayed(i) ? lr * weight_decay * p[i]! : 0
      m[i] = beta1 * m[i]! + (1 - beta1) * g
      v[i] = beta2 * v[i]! + (1 - beta2) * g * g
      p[i]! -= (lr * (m[i]! / (1 - beta1 ** t))) / (Math.sqrt(v[i]! / (1 - beta2 ** t)) + eps)
    }
  })
  return { params: p, m, v }
}

const gradients = (size: number) => [1, 2, 3, 4, 5].map(seed => someFloats([size], 100 + seed).data as Float32Array)

test.each([1, 2, 3, 4, 7, 64, 1001])('five steps over %d parameters follow the rule', size => {
  const optimizer = flatOptimizer(size)
  const start = someFloats([size], 7).data as Float32Array
  optimizer.params.set(start)
  const cut = Math.floor(size / 3)
  const ranges: ParameterRange[] = [
    { offset: 0, length: cut, decay: true },
    { offset: cut, length: size - cut, decay: false },
  ]
  gradients(size).forEach((gradient, step) => {
    optimizer.grads.set(gradient)
    optimizer.step(settings(step + 1), ranges)
  })
  const expected = plainSteps(start, gradients(size), index => index < cut)
  expect(farthest(optimizer.params, expected.params)).toBeLessThan(1e-6)
  expect(farthest(optimizer.m, expected.m)).toBeLessThan(1e-6)
  expect(farthest(optimizer.v, expected.v)).toBeLessThan(1e-6)
})

// torch 2.15: AdamW([{[0.5, -1.25], weight_decay 0.1}, {[2.0], weight_decay 0}], lr 0.01, defaults), gradients
// [0.1, -0.2, 0.3], [-0.4, 0.5, 0.05], [1e-4, 2.0, -3.0].
test('three steps give the numbers that PyTorch gives', () => {
  const optimizer = flatOptimizer(3)
  optimizer.params.set([0.5, -1.25, 2])
  const ranges = [
    { offset: 0, length: 2, decay: true },
    { offset: 2, length: 1, decay: false },
  ]
  const found = [
    [0.1, -0.2, 0.3],
    [-0.4, 0.5, 0.05],
    [1e-4, 2, -3],
  ].map((gradient, step) => {
    optimizer.grads.set(gradient)
    optimizer.step({ ...settings(step + 1), scale: 1 }, ranges)
    return [...optimizer.params].map(each => Number(each.toPrecision(7)))
  })
  expect(found).toEqual([
    [0.4895, -1.23875, 1.99],
    [0.4946055, -1.241933, 1.982167],
    [0.4984344, -1.247748, 1.987912],
  ])
})

describe('in WebAssembly and in plain JavaScript', () => {
  test.each([1, 5, 64, 1003])('%d parameters end with the same bytes', size => {
    const [wasm, plain] = [inWasm(size), inJavaScript(size)]
    for (const kernel of [wasm, plain]) {
      kernel.params.set(someFloats([size], 7).data)
      gradients(size).forEach((gradient, step) => {
        kernel.grads.set(gradient)
        const numbers = {
          scale: 0.3,
          new1: 0.1,
          beta2: 0.999,
          new2: 0.001,
          keep: 0.9999,
          rate: 0.02,
          root: 1.7,
          eps: 1e-8,
        }
        kernel.update(0, size, { ...numbers, rate: numbers.rate / (step + 1) })
      })
    }
    for (const name of ['params', 'm', 'v'] as const) expect(wasm[name]).toEqual(plain[name])
    expect(wasm.sumOfSquares()).toBe(plain.sumOfSquares())
  })

  test('one memory holds 268 million parameters, not more', () => {
    expect([268_431_360, 268_435_456].map(wasmHolds)).toEqual([true, false])
  })
})

test('the sum of squares is exact where float32 squares would overflow or vanish', () => {
  const optimizer = flatOptimizer(6)
  optimizer.grads.set([3e30, 4e30, 0, 0, 0, 0])
  expect(Math.sqrt(optimizer.sumOfSquares()) / 5e30).toBeCloseTo(1, 6)
  optimizer.grads.set([0, 0, 0, 0, 3e-30, 4e-30])
  expect(Math.sqrt(optimizer.sumOfSquares()) / 5e-30).toBeCloseTo(1, 6)
})
