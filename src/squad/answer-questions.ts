import { setImmediate } from 'node:timers/promises'
import type { Candidate, DecodeOptions } from './decode.ts'
import { decodeWindows } from './decode-windows.ts'
import type { Examples } from './examples.ts'
import type { Predictions } from './predictions.ts'
import type { Windows } from './windows.ts'

/** The logits of all windows end to end; those of window i lie from `offsets[i]` up to and without `offsets[i + 1]`. */
export interface AllLogits {
  readonly start: Float32Array
  readonly end: Float32Array
  readonly offsets: Int32Array
}

/** The terminal is drawn anew, and an interrupt heard, this often. */
const PAUSE_MS = 50

/**
 * The answers to all questions as predictions.
 * @throws stageError where windows and examples are not of the same questions; the signal's reason where it is aborted
 */
export async function answerQuestions(
  examples: Examples,
  windows: Windows,
  { start, end, offsets }: AllLogits,
  options: Pick<DecodeOptions, 'n_best_size' | 'max_answer_length' | 'null_score_diff_threshold'>,
  signal?: AbortSignal,
): Promise<Predictions> {
  const answers = new Map<string, string>()
  const nbest = new Map<string, readonly Candidate[]>()
  const null_odds = new Map<string, number>()
  const row = (values: Float32Array, index: number) => values.subarray(offsets[index], offsets[index + 1])
  const logitsOf = (index: number) => ({ start: row(start, index), end: row(end, index) })
  let paused = performance.now()
  for (const each of decodeWindows(examples, windows, logitsOf, options)) {
    answers.set(each.id, each.prediction)
    nbest.set(each.id, each.nbest)
    if (each.null_odds !== undefined) null_odds.set(each.id, each.null_odds)
    if (performance.now() - paused < PAUSE_MS) continue
    await setImmediate()
    signal?.throwIfAborted()
    paused = performance.now()
  }
  const { version_2_with_negative } = examples
  return { version_2_with_negative, answers, nbest, ...(version_2_with_negative && { null_odds }) }
}
