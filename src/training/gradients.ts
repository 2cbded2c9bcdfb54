import { hashOf, random } from '../model/random.ts'
import type { HostArrays } from '../tensor/backend.types.ts'
import { paddedLength, positionsOf, tokensOf } from './batches.ts'
import { partsOf } from './parts.ts'
import { gradientOf } from './programs.ts'
import type { Trainer } from './trainer.ts'

/** What `gatherGradients` goes on from, and keeps. */
export interface Gathering {
  /** Batches whose gradients are summed in `grads` and not yet used. */
  gathered: number
  /** Programs run since the start; with the seed it gives the dropout of a part. */
  runs: number
}

/** A function that adds the gradients of one batch to `grads`, and returns the batch's loss. */
export function gradientGatherer({ data, lengths, lengthStep, options, rowsAtOnce, parameters, programs }: Trainer) {
  const { flat, views } = parameters
  const weights = views(flat.params)
  const intoSum = gradientViews(views(flat.grads))
  let another: { readonly all: Float32Array; readonly views: HostArrays } | undefined
  return async (state: Gathering, rows: Int32Array): Promise<number> => {
    let loss = 0
    let fresh = state.gathered === 0
    for (const part of partsOf(rows, lengths, rowsAtOnce)) {
      const longest = part.reduce((most, row) => Math.max(most, lengths[row]!), 0)
      const length = paddedLength(longest, data.max_length, lengthStep)
      const program = await programs.get(length)
      if (!fresh && !another) {
        const all = new Float32Array(flat.grads.length)
        another = { all, views: gradientViews(views(all)) }
      }
      const result = await program.run(
        {
          ...weights,
          ...tokensOf(data, part, rowsAtOnce, length),
          starts: positionsOf(data.scalar.start_positions!, part, rowsAtOnce, length),
          ends: positionsOf(data.scalar.end_positions!, part, rowsAtOnce, length),
          share: Float32Array.of(part.length / rows.length),
          seed: Int32Array.of(random(options.seed, hashOf('dropout'), state.runs).uint32()),
        },
        fresh ? intoSum : another!.views,
      )
      if (!fresh) add(flat.grads, another!.all)
      fresh = false
      state.runs++
      loss += result.loss![0]!
    }
    state.gathered++
    return loss
  }
}

const gradientViews = (views: HostArrays): HostArrays =>
  Object.fromEntries(Object.entries(views).map(([name, view]) => [gradientOf(name), view]))

function add(sum: Float32Array, more: Float32Array) {
  for (let i = 0; i < sum.length; i++) sum[i]! += more[i]!
}
