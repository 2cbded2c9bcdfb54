import { describe, expect, it } from 'vitest'
import { bestWindow, slidingWindows, windowLength, windowStart } from '../../src/squad/sliding-windows.ts'

const laid = (pieces: number, room: number, stride: number) => {
  const windows = slidingWindows(pieces, room, stride)
  return Array.from({ length: windows.count }, (_, i) => [windowStart(windows, i), windowLength(windows, i)])
}

describe('slidingWindows', () => {
  it.each([
    ['no pieces', 0, 5, 2, []],
    ['one window', 5, 5, 2, [[0, 5]]],
    [
      'overlapping',
      9,
      5,
      2,
      [
        [0, 5],
        [2, 5],
        [4, 5],
      ],
    ],
    [
      'a short last one',
      10,
      5,
      4,
      [
        [0, 5],
        [4, 5],
        [8, 2],
      ],
    ],
    [
      'touching',
      7,
      3,
      3,
      [
        [0, 3],
        [3, 3],
        [6, 1],
      ],
    ],
    [
      'a stride beyond the room: they touch',
      7,
      3,
      128,
      [
        [0, 3],
        [3, 3],
        [6, 1],
      ],
    ],
    [
      'room for one piece',
      3,
      1,
      128,
      [
        [0, 1],
        [1, 1],
        [2, 1],
      ],
    ],
  ])('%s', (_, pieces, room, stride, windows) => expect(laid(pieces, room, stride)).toEqual(windows))

  it('agrees with the reference, windows and best windows, at all small sizes', () => {
    for (let room = 1; room <= 9; room++)
      for (let stride = 1; stride <= 11; stride++)
        for (let pieces = 0; pieces <= 40; pieces++) compare(pieces, room, stride)
  })

  it.each([
    ['a tie that rounding decides', 1000, 384, 101],
    ['a stride of one', 700, 300, 1],
    ['the defaults', 1500, 372, 128],
  ])('agrees with the reference: %s', (_, pieces, room, stride) => compare(pieces, room, stride))

  it('agrees wherever the last window is a hundred pieces shorter', () => {
    for (let pieces = 380; pieces < 1400; pieces += 7) compare(pieces, 372, 101)
  })
})

function compare(pieces: number, room: number, stride: number) {
  const spans = referenceSpans(pieces, room, stride)
  expect(laid(pieces, room, stride)).toEqual(spans)
  const windows = slidingWindows(pieces, room, stride)
  const found = Array.from({ length: pieces }, (_, piece) => bestWindow(windows, piece))
  expect(found).toEqual(found.map((_, piece) => referenceBest(spans, piece)))
}

/** BERT's loop over `doc_spans`. */
function referenceSpans(pieces: number, room: number, stride: number) {
  const spans: [start: number, length: number][] = []
  for (let start = 0; start < pieces; ) {
    const length = Math.min(pieces - start, room)
    spans.push([start, length])
    if (start + length === pieces) break
    start += Math.min(length, stride)
  }
  return spans
}

/** BERT's `_check_is_max_context`. */
function referenceBest(spans: readonly (readonly [number, number])[], position: number) {
  let best = -1
  let bestScore: number | undefined
  spans.forEach(([start, length], index) => {
    const end = start + length - 1
    if (position < start || position > end) return
    const score = Math.min(position - start, end - position) + 0.01 * length
    if (bestScore !== undefined && score <= bestScore) return
    bestScore = score
    best = index
  })
  return best
}
