import { expect, it } from 'vitest'
import { inferInTurns } from '../../src/answering/infer-in-turns.ts'
import type { Dataset, InferResult } from '../../src/training/training.types.ts'

/** Rows of these lengths: tokens are numbered from 1, the first row's first. */
const rowsOfLengths = (lengths: readonly number[], max_length = 8) => {
  const offsets = new Int32Array(lengths.length + 1)
  lengths.forEach((length, row) => {
    offsets[row + 1] = offsets[row]! + length
  })
  const tokens = Uint16Array.from({ length: offsets.at(-1)! }, (_, at) => at + 1)
  const ones = { values: new Uint8Array(tokens.length).fill(1), offsets, pad: 0 }
  return {
    rows: lengths.length,
    ragged: { input_ids: { values: tokens, offsets, pad: 0 }, input_mask: ones, segment_ids: ones },
    scalar: {},
    max_length,
    names: ['a', 'b'],
    name_of_row: Int32Array.from(lengths, (_, row) => row % 2),
  }
}

/** A model whose start logits are the tokens themselves, and the end logits a hundred times that. */
const model = () => {
  const calls: { tokens: number[]; offsets: number[]; names: readonly string[]; batch_size: number }[] = []
  return {
    calls,
    async infer({ ragged, names = [], name_of_row }: Dataset, batch_size: number): Promise<InferResult> {
      const { values, offsets } = ragged.input_ids!
      const nameOf = Array.from(name_of_row!, at => names[at]!)
      calls.push({ tokens: [...values], offsets: [...offsets], names: nameOf, batch_size })
      return { start: Float32Array.from(values), end: Float32Array.from(values, each => 100 * each), offsets }
    },
  }
}

it('asks for a batch at a time, the longest rows first, and puts the logits where they belong', async () => {
  const asked = model()
  const { start, end, offsets } = await inferInTurns(asked, rowsOfLengths([1, 3, 2, 3]), 2)
  expect(asked.calls).toEqual([
    { tokens: [2, 3, 4, 7, 8, 9], offsets: [0, 3, 6], names: ['b', 'b'], batch_size: 2 },
    { tokens: [5, 6, 1], offsets: [0, 2, 3], names: ['a', 'a'], batch_size: 2 },
  ])
  expect([...start]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect([...end]).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900])
  expect([...offsets]).toEqual([0, 1, 4, 6, 9])
})

it.each<[lengths: number[], batch_size: number, batches: number[][]]>([
  [[3, 3, 3], 8, [[3], [3], [3]]],
  [[3, 2, 3, 1, 3], 2, [[3, 3], [3, 2], [1]]],
  [[33, 32, 31, 5, 1], 2, [[33], [32, 31], [5, 1]]],
])('puts rows of %j in full batches of %i of one padded length, and others alone', async (lengths, size, batches) => {
  const asked = model()
  await inferInTurns(asked, rowsOfLengths(lengths, 384), size)
  expect(asked.calls.map(({ offsets }) => offsets.slice(1).map((end, at) => end - offsets[at]!))).toEqual(batches)
})

it('asks for nothing where there are no rows', async () => {
  const asked = model()
  const { start, offsets } = await inferInTurns(asked, rowsOfLengths([]), 2)
  expect([asked.calls, start.length, [...offsets]]).toEqual([[], 0, [0]])
})

it('asks for no further batch once it is given up', async () => {
  const controller = new AbortController()
  const asked = model()
  const stopping = {
    async infer(data: Dataset, batch_size: number, signal?: AbortSignal) {
      signal?.throwIfAborted()
      controller.abort(new Error('gone'))
      return asked.infer(data, batch_size)
    },
  }
  await expect(inferInTurns(stopping, rowsOfLengths([1, 1, 1]), 1, controller.signal)).rejects.toThrow('gone')
  expect(asked.calls.length).toBe(1)
})
