import { hashOf, random } from '../model/random.ts'

export interface OrderOptions {
  readonly seed: number
  readonly train_batch_size: number
  readonly group_by_length: boolean
}

/**
 * The rows of one epoch in the order in which they are trained on: a Fisher–Yates shuffle whose random numbers depend on
 * the seed and the epoch alone, so that an epoch can be taken up again in its middle.
 *
 * @param lengths of every row
 * @param epoch from 0
 */
export function epochOrder(lengths: Int32Array, epoch: number, options: OrderOptions): Int32Array {
  const order = Int32Array.from(lengths.keys())
  const numbers = random(options.seed, hashOf('shuffle'), epoch)
  for (let last = order.length - 1; last > 0; last--) {
    const other = numbers.below(last + 1)
    const row = order[last]!
    order[last] = order[other]!
    order[other] = row
  }
  return options.group_by_length ? groupByLength(order, lengths, options.train_batch_size) : order
}

/**
 * Batches of like length, as `transformers`' `group_by_length`: the shuffled rows are cut into stretches of up to 50 batches,
 * each is sorted by length, longest first, and the longest row of all goes to the very front, so that a run which is too
 * large for the machine fails at its start.
 */
function groupByLength(order: Int32Array, lengths: Int32Array, batchSize: number): Int32Array {
  const stretch = batchSize * Math.max(1, Math.min(Math.floor(order.length / (4 * batchSize)), 50))
  for (let from = 0; from < order.length; from += stretch)
    order.subarray(from, from + stretch).sort((a, b) => lengths[b]! - lengths[a]!)
  let longest = 0
  for (let from = 0; from < order.length; from += stretch)
    if (lengths[order[from]!]! > lengths[order[longest]!]!) longest = from
  const row = order[longest]!
  order[longest] = order[0]!
  order[0] = row
  return order
}
