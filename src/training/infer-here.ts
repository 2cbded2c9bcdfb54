import { networkOf } from '../model/networks.ts'
import { openBackend } from '../tensor/backend.ts'
import { countTokens, lengthStep, paddedLength, rowLengths, rowName, tokensOf } from './batches.ts'
import { checkData } from './check-data.ts'
import { logitPrograms } from './programs.ts'
import { stopwatch } from './stopwatch.ts'
import type { Dataset, InferHooks, InferRequest, InferResult, StopSignal } from './training.types.ts'
import { trainingError } from './training-error.ts'
import { lookUp } from './word-rows.ts'

/** How many padded lengths there are, at most. */
const LENGTHS = 12

/**
 * Computes every row's logits in this thread: see `infer`, which does it in a thread of its own. Rows are taken by length,
 * longest first, so that batches need little padding; the result is in the order of the data.
 * @throws TensorError; TrainingError `logits-not-finite`; the signal's reason where it is aborted
 */
export async function inferHere(
  { config, weights, data, batch_size: size, ...request }: InferRequest,
  hooks: InferHooks<StopSignal> = {},
): Promise<InferResult> {
  const network = networkOf(config)
  checkData(data, network, config)
  const { backend, why } = await openBackend(
    request.engine,
    request.threads === undefined ? {} : { threads: request.threads },
  )
  hooks.say?.(`${why}; ${backend.description}`)
  const programs = await logitPrograms(backend, network, config, size)
  try {
    const { [network.words]: words, ...feeds } = Object.fromEntries(
      [...network.weights(config).keys()].map(name => [name, weights.get(name)!.data]),
    )
    const width = weights.get(network.words)!.shape[1]!
    const offsets = data.ragged.input_ids!.offsets.slice()
    const start = new Float32Array(offsets.at(-1) ?? 0)
    const end = new Float32Array(start.length)
    const lengths = rowLengths(data)
    const order = Int32Array.from(lengths.keys()).sort((a, b) => lengths[b]! - lengths[a]! || a - b)
    const step = lengthStep(data.max_length, LENGTHS)
    let last = 0
    const clock = stopwatch({ steps: Math.ceil(order.length / size), tokens: start.length })
    for (let at = 0; at < order.length; at += size) {
      hooks.signal?.throwIfAborted()
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
        for (const all of [start, end]) expectFinite(all.subarray(offsets[row], offsets[row + 1]), row, data)
      })
      const times = clock({ step: at / size + 1, tokens: countTokens(rows, lengths) })
      hooks.onBatch?.({ done: at + rows.length, total: order.length, ...times })
    }
    return { start, end, offsets }
  } finally {
    await programs.dispose()
    await backend.dispose()
  }
}

/** Whatever ranks logits would rank NaN as well, and give an answer that looks like any other. */
function expectFinite(logits: Float32Array, row: number, data: Dataset) {
  const found = logits.find(each => !Number.isFinite(each))
  if (found === undefined) return
  throw trainingError({
    code: 'logits-not-finite',
    message: `Expected logits that are finite numbers; found ${found} in those of ${rowName(data, row)}.`,
    hint: "The model's weights are damaged, or the training that made them went wrong.",
  })
}
