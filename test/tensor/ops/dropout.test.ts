import { describe, expect, test, vi } from 'vitest'
import { openBackend } from '../../../src/tensor/backend.ts'
import { dropout, keptMask } from '../../../src/tensor/ops/dropout.ts'
import { dropoutMask, maskGrid } from '../../../src/tensor/ops/dropout-mask.ts'
import * as tf from '../../../src/tensor/tf.ts'
import { engines, needsTensorflow, withTensorflow } from '../../engines.ts'
import { calculate, floats, ints, openOptions, someFloats } from '../calculate.ts'

test.each([
  [1, 1, 1],
  [7, 1, 7],
  [12, 3, 4],
  [8 * 12 * 384 * 384, 3456, 4096],
  [3072 * 384, 1024, 1152],
])('%d elements are laid out as %d rows of %d', (size, rows, columns) => {
  expect(maskGrid(size)).toEqual({ rows, columns })
})

test('the mask of a seed and a site never changes: resumed runs depend on it', () => {
  expect([...dropoutMask(24, 0.5, 42, 3)].join('')).toBe('101001111110100110011100')
  expect([...dropoutMask(24, 0.5, -1, 1)].join('')).toBe('100101011101110010001001')
})

test.each(engines)('on %s elements are zero or scaled, as the mask says, and so are their gradients', async engine => {
  const [seed, site, rate, shape] = [-77, 5, 0.25, [3, 4, 5]] as const
  const x = someFloats(shape)
  const step = ({ x, seed }: Readonly<Record<string, tf.Tensor>>) => ({
    y: dropout(x!, rate, seed!, site),
    g: tf.grad(x => tf.sum(tf.mul(dropout(x, rate, seed!, site), x)))(x!),
  })
  const { y, g } = await calculate(engine, step, { x, seed: ints([1], [seed]) })
  const mask = dropoutMask(60, rate, seed, site)
  expect(new Set(mask)).toEqual(new Set([0, 1]))
  mask.forEach((kept, at) => {
    expect(y![at]).toBeCloseTo(kept ? x.data[at]! / 0.75 : 0, 6)
    expect(g![at]).toBeCloseTo(kept ? (2 * x.data[at]!) / 0.75 : 0, 6)
  })
})

test.each(engines)('rate 0 leaves everything on %s', async engine => {
  const x = floats([3], [1, 2, 3])
  const { y } = await calculate(engine, ({ x }) => ({ y: tf.add(dropout(x!, 0, tf.scalar(1, 'int32'), 0), 0) }), { x })
  expect([...y!]).toEqual([1, 2, 3])
})

describe.each(engines)('the mask on %s is that of the host, bit for bit', engine => {
  test.each([
    [[2, 4, 96, 96], 0.1, 123_456_789, 2],
    [[7, 11], 0.9, -1, 0],
    [[1], 0.5, 0, 3],
    [[5, 4, 3], 0.5, -(2 ** 31), 1000],
    [[5, 4, 3], 0.3, 2 ** 31 - 1, 2 ** 30],
  ])('%j elements at rate %d with seed %d at site %d', async (shape, rate, seed, site) => {
    const { parts, size } = { parts: 3, size: shape.reduce((product, length) => product * length, 1) }
    const mask = (seed: tf.Tensor, part: number) => tf.cast(keptMask(shape, rate, seed, site, { part, parts }), 'int32')
    const step = ({ seed }: Readonly<Record<string, tf.Tensor>>) =>
      Object.fromEntries([0, 1, 2].map(part => [`part ${part}`, mask(seed!, part)]))
    const found = await calculate(engine, step, { seed: ints([1], [seed]) })
    for (const part of [0, 1, 2])
      expect([...found[`part ${part}`]!]).toEqual([...dropoutMask(size, rate, seed, site, { part, parts })])
  })
})

test.runIf(withTensorflow)(`on tensorflow no value comes back to make a mask (${needsTensorflow})`, async () => {
  const { backend } = await openBackend('tensorflow', openOptions)
  const native = tf.findBackend('tensorflow')
  const reading = vi.spyOn(native, 'readSync')
  let during = 0
  const program = await backend.compile(
    ({ x, seed }) => {
      const before = reading.mock.calls.length
      // A seed that TensorFlow has made, and not this process.
      const next = tf.add(seed!, tf.scalar(1, 'int32'))
      const y = tf.grad(x => tf.sum(tf.square(dropout(x, 0.5, next, 2))))(x!)
      during += reading.mock.calls.length - before
      return { y }
    },
    { x: { shape: [64], dtype: 'float32' }, seed: { shape: [1], dtype: 'int32' } },
  )
  const { y } = await program.run({ x: new Float32Array(64).fill(1), seed: Int32Array.of(41) })
  expect([...y!]).toEqual([...dropoutMask(64, 0.5, 42, 2)].map(kept => 8 * kept))
  expect(during).toBe(0)
  // The spy does see reads: those of the result.
  expect(reading.mock.calls.length).toBeGreaterThan(0)
  reading.mockRestore()
  await program.dispose()
})

/** Fractions in units of their standard deviation under independent draws. */
const deviations = (count: number, trials: number, rate: number) =>
  (count - trials * rate) / Math.sqrt(trials * rate * (1 - rate))

describe.each([0.1, 0.5])('of the elements at rate %d', rate => {
  const [heads, length] = [24, 192]
  const size = heads * length * length
  const dropped = (seed: number, site: number) => dropoutMask(size, rate, seed, site).map(kept => 1 - kept)
  const mask = dropped(1, 3)

  test('the right share is dropped, in all and in each row and column', () => {
    expect(
      Math.abs(
        deviations(
          mask.reduce((a, b) => a + b),
          size,
          rate,
        ),
      ),
    ).toBeLessThan(4)
    const rows = new Float64Array(size / length)
    const columns = new Float64Array(length)
    mask.forEach((drop, at) => {
      rows[Math.floor(at / length)]! += drop
      columns[at % length]! += drop
    })
    for (const [counts, trials] of [
      [rows, length],
      [columns, size / length],
    ] as const) {
      const spread = counts.map(count => deviations(count, trials, rate) ** 2).reduce((a, b) => a + b) / counts.length
      expect(spread).toBeGreaterThan(0.8)
      expect(spread).toBeLessThan(1.2)
    }
  })

  // Both of a pair are dropped in rate² of the pairs, if they are independent.
  test.each<[string, (at: number) => number, Uint8Array]>([
    ['the next element', at => at + 1, mask],
    ['the next but one', at => at + 2, mask],
    ['the element below', at => at + length, mask],
    ['the same place of the next head', at => at + length * length, mask],
    ['its neighbour in the grid of the hash', at => at + maskGrid(size).columns, mask],
    ['the same place under the next seed', at => at, dropped(2, 3)],
    ['the same place under the negated seed', at => at, dropped(-1, 3)],
    ['the same place at the next site', at => at, dropped(1, 4)],
    ['the next place under the next seed', at => at + 1, dropped(2, 3)],
  ])('an element and %s are independent', (_, partner, other) => {
    let [both, pairs] = [0, 0]
    for (let at = 0; partner(at) < size; at++, pairs++) both += mask[at]! * other[partner(at)]!
    expect(Math.abs(deviations(both, pairs, rate * rate))).toBeLessThan(4)
  })

  test('three corners of a rectangle say nothing about the fourth', () => {
    const { rows, columns } = maskGrid(size)
    let state = 12_345
    const below = (limit: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
      return Math.floor(((state >>> 0) / 2 ** 32) * limit)
    }
    let [three, four] = [0, 0]
    for (let trial = 0; trial < 3_000_000; trial++) {
      const [top, bottom, left, right] = [below(rows), below(rows), below(columns), below(columns)]
      if (top === bottom || left === right) continue
      if (!mask[top * columns + left] || !mask[top * columns + right] || !mask[bottom * columns + left]) continue
      three++
      four += mask[bottom * columns + right]!
    }
    expect(three).toBeGreaterThan(2000)
    expect(Math.abs(deviations(four, three, rate))).toBeLessThan(4)
  })
})
