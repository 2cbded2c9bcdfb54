import type { ModelConfig, Network } from '../model/network.types.ts'
import type { Backend, Program } from '../tensor/backend.types.ts'
import { countTokens, lengthStep, paddedLength, rowLengths, rowName, tokensOf } from './batches.ts'
import { logitPrograms } from './programs.ts'
import { stopwatch } from './stopwatch.ts'
import type { BatchReport, Dataset, InferResult, StopSignal } from './training.types.ts'
import { type TrainingError, trainingError } from './training-error.ts'
import { lookUp } from './word-rows.ts'

/** How many padded lengths there are, at most. */
export const LENGTHS = 12

/** What computes: a network with its weights by name, as they stand; they are read, not copied. */
export interface Computing {
  readonly network: Network
  readonly config: ModelConfig
  readonly weights: Readonly<Record<string, Float32Array>>
}

export interface LogitsRequest extends Computing {
  readonly data: Dataset
  readonly batch_size: number
}

export interface LogitsHooks {
  readonly signal?: StopSignal | undefined
  onBatch?(report: BatchReport): void
  /** The error for logits of this row that are no numbers; by default one about a model that was read. */
  notFinite?(found: number, row: string): TrainingError
}

/** Gives a program for batches of so many rows of this length, and how many rows its batches have: as many, or more. */
export type ProgramFor = (rows: number, length: number) => Promise<{ readonly program: Program; readonly size: number }>

/**
 * Computes every row's logits on an opened backend.
 * @throws as `logitsWith`
 */
export async function computeLogits(
  backend: Backend,
  request: LogitsRequest,
  hooks?: LogitsHooks,
): Promise<InferResult> {
  const { network, config, batch_size: size } = request
  const programs = await logitPrograms(backend, network, config, size)
  let last = 0
  const programFor: ProgramFor = async (_, length) => {
    // Rows come by length: a length that is left will not come again, and its memory may go.
    if (length !== last) await programs.dispose()
    last = length
    return { program: await programs.get(length), size }
  }
  try {
    return await logitsWith(programFor, request, hooks)
  } finally {
    await programs.dispose()
  }
}

/**
 * Computes every row's logits with these programs. Rows are taken by length, longest first, so that batches need little
 * padding; the result is in the order of the data.
 * @throws TensorError; TrainingError `logits-not-finite`; the signal's reason where it is aborted
 */
export async function logitsWith(
  programFor: ProgramFor,
  { network, config, weights, data, batch_size: most }: LogitsRequest,
  { signal, onBatch, notFinite = ofModel }: LogitsHooks = {},
): Promise<InferResult> {
  const { [network.words]: words, ...feeds } = weights
  const width = network.weights(config).get(network.words)!.shape[1]!
  const offsets = data.ragged.input_ids!.offsets.slice()
  const start = new Float32Array(offsets.at(-1) ?? 0)
  const end = new Float32Array(start.length)
  const lengths = rowLengths(data)
  const order = Int32Array.from(lengths.keys()).sort((a, b) => lengths[b]! - lengths[a]! || a - b)
  const step = lengthStep(data.max_length, LENGTHS)
  const clock = stopwatch({ steps: Math.ceil(order.length / most), tokens: start.length })
  for (let at = 0; at < order.length; at += most) {
    signal?.throwIfAborted()
    const rows = order.subarray(at, at + most)
    const length = paddedLength(lengths[rows[0]!]!, data.max_length, step)
    const { program, size } = await programFor(rows.length, length)
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
    const times = clock({ step: at / most + 1, tokens: countTokens(rows, lengths) })
    onBatch?.({ done: at + rows.length, total: order.length, ...times })
  }
  return { start, end, offsets }
}

const ofModel = (found: number, row: string) =>
  trainingError({
    code: 'logits-not-finite',
    message: `Expected logits that are finite numbers; found ${found} in those of ${row}.`,
    hint: "The model's weights are damaged, or the training that made them went wrong.",
  })
