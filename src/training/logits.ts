import type { ModelConfig, Network } from '../model/network.types.ts'
import type { Backend } from '../tensor/backend.types.ts'
import { countTokens, lengthStep, paddedLength, rowLengths, rowName, tokensOf } from './batches.ts'
import { logitPrograms } from './programs.ts'
import { stopwatch } from './stopwatch.ts'
import type { BatchReport, Dataset, InferResult, StopSignal } from './training.types.ts'
import { type TrainingError, trainingError } from './training-error.ts'
import { lookUp } from './word-rows.ts'

/** How many padded lengths there are, at most. */
const LENGTHS = 12

export interface LogitsRequest {
  readonly network: Network
  readonly config: ModelConfig
  /** The weights by name, as they stand: they are read, not copied. */
  readonly weights: Readonly<Record<string, Float32Array>>
  readonly data: Dataset
  readonly batch_size: number
}

export interface LogitsHooks {
  readonly signal?: StopSignal | undefined
  onBatch?(report: BatchReport): void
  /** The error for logits of this row that are no numbers; by default one about a model that was read. */
  notFinite?(found: number, row: string): TrainingError
}

/**
 * Computes every row's logits on an opened backend. Rows are taken by length, longest first, so that batches need little
 * padding; the result is in the order of the data.
 * @throws TensorError; TrainingError `logits-not-finite`; the signal's reason where it is aborted
 */
export async function computeLogits(
  backend: Backend,
  { network, config, weights, data, batch_size: size }: LogitsRequest,
  { signal, onBatch, notFinite = ofModel }: LogitsHooks = {},
): Promise<InferResult> {
  const programs = await logitPrograms(backend, network, config, size)
  try {
    const { [network.words]: words, ...feeds } = weights
    const width = network.weights(config).get(network.words)!.shape[1]!
    const offsets = data.ragged.input_ids!.offsets.slice()
    const start = new Float32Array(offsets.at(-1) ?? 0)
    const end = new Float32Array(start.length)
    const lengths = rowLengths(data)
    const order = Int32Array.from(lengths.keys()).sort((a, b) => lengths[b]! - lengths[a]! || a - b)
    const step = lengthStep(data.max_length, LENGTHS)
    let last = 0
    const clock = stopwatch({ steps: Math.ceil(order.length / size), tokens: start.length })
    for (let at = 0; at < order.length; at += size) {
      signal?.throwIfAborted()
      const rows = order.subarray(at, at + size)
      const length = paddedLength(lengths[rows[0]!]!, data.max_length, step)
      // Rows come by length: a length that is left will not come again, and its memory may go.
      if (length !== last) await programs.dispose()
      last = length
      const program = await programs.get(length)
      const { ids, ...tokens } = tokensOf(data, rows, size, length)
      const logits = await program.run({ ...feeds, ...tokens, words: lookUp(words!, width, ids) })
      rows.forEach((row, place) => {
        const [from, count] = [place * length, lengths[row]!]
        start.set(logits.start!.subarray(from, from + count), offsets[row])
        end.set(logits.end!.subarray(from, from + count), offsets[row])
        for (const all of [start, end]) {
          // Whatever ranks logits would rank NaN as well, and give an answer that looks like any other.
          const found = all.subarray(offsets[row], offsets[row + 1]).find(each => !Number.isFinite(each))
          if (found !== undefined) throw notFinite(found, rowName(data, row))
        }
      })
      const times = clock({ step: at / size + 1, tokens: countTokens(rows, lengths) })
      onBatch?.({ done: at + rows.length, total: order.length, ...times })
    }
    return { start, end, offsets }
  } finally {
    await programs.dispose()
  }
}

const ofModel = (found: number, row: string) =>
  trainingError({
    code: 'logits-not-finite',
    message: `Expected logits that are finite numbers; found ${found} in those of ${row}.`,
    hint: "The model's weights are damaged, or the training that made them went wrong.",
  })
