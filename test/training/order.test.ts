import { describe, expect, it } from 'vitest'
import { random } from '../../src/model/random.ts'
import { epochOrder } from '../../src/training/order.ts'

const options = { seed: 42, train_batch_size: 4, group_by_length: false }
const numbers = random(3)
const lengths = Int32Array.from({ length: 203 }, () => 5 + numbers.below(90))

describe('the order of an epoch', () => {
  it('is a shuffle of all rows that stays the same from version to version', () => {
    const order = epochOrder(lengths, 0, options)
    expect([...order].sort((a, b) => a - b)).toEqual([...lengths.keys()])
    expect([...epochOrder(new Int32Array(8), 0, options)]).toEqual([1, 6, 4, 5, 7, 2, 3, 0])
  })

  it.each([
    ['epoch', 1, options],
    ['seed', 0, { ...options, seed: 43 }],
  ])('is another one in another %s', (_, epoch, changed) => {
    expect(epochOrder(lengths, epoch, changed)).not.toEqual(epochOrder(lengths, 0, options))
  })

  it('puts every row everywhere equally often', () => {
    const places = Array.from({ length: 5 }, () => [0, 0, 0, 0, 0])
    for (let epoch = 0; epoch < 5000; epoch++)
      epochOrder(new Int32Array(5), epoch, options).forEach((row, place) => {
        places[row]![place]!++
      })
    // Chi-squared with 16 degrees of freedom: 39.3 is its 99.9th percentile.
    const chi = places.flat().reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
    expect(chi).toBeLessThan(39.3)
  })
})

describe('grouped by length', () => {
  const order = [...epochOrder(lengths, 0, { ...options, group_by_length: true })]

  it('holds every row once, the longest first', () => {
    expect([...order].sort((a, b) => a - b)).toEqual([...lengths.keys()])
    expect(lengths[order[0]!]).toBe(Math.max(...lengths))
  })

  it('needs less padding', () => {
    const padding = (rows: number[]) => {
      let sum = 0
      for (let at = 0; at < rows.length; at += 4) {
        const batch = rows.slice(at, at + 4).map(row => lengths[row]!)
        sum += batch.length * Math.max(...batch) - batch.reduce((total, length) => total + length, 0)
      }
      return sum
    }
    expect(padding(order)).toBeLessThan(0.3 * padding([...epochOrder(lengths, 0, options)]))
  })
})
