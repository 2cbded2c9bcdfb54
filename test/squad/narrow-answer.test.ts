import { describe, expect, it } from 'vitest'
import { narrowAnswer } from '../../src/squad/narrow-answer.ts'

const array = (...values: number[]) => Int32Array.from(values)

describe('narrowAnswer', () => {
  it.each([
    // pieces, start, end, answer → narrowed
    ['in the middle', array(9, 1, 2, 3, 9), 0, 4, array(1, 2, 3), [1, 3]],
    ['the whole', array(1, 2), 0, 1, array(1, 2), [0, 1]],
    ['the first of several', array(1, 2, 1, 2, 1, 2), 1, 5, array(1, 2), [2, 3]],
    ['nowhere', array(1, 2, 3), 0, 2, array(3, 2), [0, 2]],
    ['not beyond the end', array(0, 1, 2, 3), 0, 2, array(2, 3), [0, 2]],
    ['not before the start', array(1, 2, 3, 4), 1, 3, array(1, 2), [1, 3]],
    ['longer than the span', array(1, 2, 3), 0, 1, array(1, 2, 3), [0, 1]],
    ['no answer', array(1, 2, 3), 0, 2, array(), [0, 2]],
    ['after a false start', array(1, 1, 1, 2), 0, 3, array(1, 1, 2), [1, 3]],
  ])('%s', (_, pieces, start, end, answer, narrowed) =>
    expect(narrowAnswer(pieces, start, end, answer)).toEqual(narrowed),
  )

  it('agrees with the reference order of trials on random pieces', () => {
    const random = numbers(7)
    for (let trial = 0; trial < 2000; trial++) {
      const pieces = Int32Array.from({ length: 12 }, () => random(2))
      const start = random(12)
      const end = start + random(12 - start)
      const answer = Int32Array.from({ length: 1 + random(4) }, () => random(2))
      expect(narrowAnswer(pieces, start, end, answer)).toEqual(reference(pieces, start, end, answer))
    }
  })

  it('is linear where everything repeats', () => {
    const pieces = new Int32Array(2_000_000)
    const answer = new Int32Array(1_000_000)
    answer[answer.length - 1] = 1
    const before = performance.now()
    expect(narrowAnswer(pieces, 0, pieces.length - 1, answer)).toEqual([0, pieces.length - 1])
    expect(performance.now() - before).toBeLessThan(5000)
  })
})

/** BERT's `_improve_answer_span`, word for word. */
function reference(pieces: Int32Array, start: number, end: number, answer: Int32Array) {
  for (let newStart = start; newStart <= end; newStart++)
    for (let newEnd = end; newEnd >= newStart; newEnd--)
      if (pieces.slice(newStart, newEnd + 1).join(' ') === answer.join(' ')) return [newStart, newEnd]
  return [start, end]
}

/** Numbers below a bound that look random and are the same in each run. */
function numbers(seed: number) {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
