import { hashOf, random } from '../model/random.ts'
import { paddedLength, positionsOf, tokensOf } from './batches.ts'
import { partsOf } from './parts.ts'
import { gradientOf } from './programs.ts'
import type { Trainer } from './trainer.ts'
import { addRows, lookUp } from './word-rows.ts'

/** What `gradientGatherer` goes on from, and keeps. */
export interface Gathering {
  /** Batches whose gradients are summed in `grads` and not yet used. */
  gathered: number
  /** Programs run since the start; with the seed it gives the dropout of a part. */
  runs: number
}

/** A function that adds the gradients of one batch to `grads`, and returns the batch's loss. It may be stopped between two parts. */
export function gradientGatherer(trainer: Trainer) {
  const { data, lengths, lengthStep, options, rowsAtOnce, parameters, programs, throwIfAborted } = trainer
  const { flat, views, table } = parameters
  const { [table.name]: words, ...weights } = views(flat.params)
  const { [table.name]: wordSums, ...sums } = views(flat.grads)
  let more: Arrays | undefined

  return async (state: Gathering, rows: Int32Array): Promise<number> => {
    let loss = 0
    let fresh = state.gathered === 0
    for (const part of partsOf(rows, lengths, rowsAtOnce)) {
      throwIfAborted()
      const longest = part.reduce((most, row) => Math.max(most, lengths[row]!), 0)
      const length = paddedLength(longest, data.max_length, lengthStep)
      const program = await programs.get(length)
      const { ids, ...tokens } = tokensOf(data, part, rowsAtOnce, length)
      if (!fresh) more ??= likeThese(sums)
      const result = await program.run(
        {
          ...weights,
          ...tokens,
          words: lookUp(words!, table.width, ids),
          starts: positionsOf(data.scalar.start_positions!, part, rowsAtOnce, length),
          ends: positionsOf(data.scalar.end_positions!, part, rowsAtOnce, length),
          share: Float32Array.of(part.length / rows.length),
          seed: Int32Array.of(random(options.seed, hashOf('dropout'), state.runs).uint32()),
        },
        asGradients(fresh ? sums : more!),
      )
      if (fresh) wordSums!.fill(0)
      else for (const [name, sum] of Object.entries(sums)) add(sum, more![name]!)
      addRows(wordSums!, table.width, ids, result[gradientOf('words')] as Float32Array, table.padding)
      fresh = false
      state.runs++
      loss += result.loss![0]!
    }
    state.gathered++
    return loss
  }
}

type Arrays = Readonly<Record<string, Float32Array>>

const asGradients = (arrays: Arrays): Arrays =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [gradientOf(name), array]))

const likeThese = (arrays: Arrays): Arrays =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, new Float32Array(array.length)]))

function add(sum: Float32Array, more: Float32Array) {
  for (let i = 0; i < sum.length; i++) sum[i]! += more[i]!
}
