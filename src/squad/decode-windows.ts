import { type Decoded, type DecodeOptions, decode, type ScoredWindow } from './decode.ts'
import type { Examples } from './examples.ts'
import { questionView } from './question-view.ts'
import { expectSameQuestions } from './same-questions.ts'
import { windowView } from './window-view.ts'
import type { Windows } from './windows.ts'

/** The start and end logits of one window, one for each of its tokens (further ones, for padding, are ignored). */
export interface WindowLogits {
  readonly start: Float32Array | readonly number[]
  readonly end: Float32Array | readonly number[]
}

/**
 * The answers to all questions, in their order.
 * @param logits of the window at an index
 * @throws stageError where windows and examples are not of the same questions, at once; an error where a window has no
 *   logits, or fewer than tokens, when its question is reached
 */
export function decodeWindows(
  examples: Examples,
  windows: Windows,
  logits: (index: number) => WindowLogits | undefined,
  options: Pick<DecodeOptions, 'n_best_size' | 'max_answer_length' | 'null_score_diff_threshold'>,
): Generator<Answered> {
  expectSameQuestions(windows, examples)
  return answers(examples, windows, logits, {
    ...options,
    do_lower_case: windows.tokenizer.do_lower_case,
    version_2_with_negative: examples.version_2_with_negative,
  })
}

type Answered = Decoded & { readonly id: string }

function* answers(
  examples: Examples,
  windows: Windows,
  logits: (index: number) => WindowLogits | undefined,
  settings: DecodeOptions,
): Generator<Answered> {
  let next = 0
  for (let example = 0; example < examples.ids.length; example++) {
    const own: ScoredWindow[] = []
    for (; windows.example_index[next] === example; next++) own.push(scored(windows, next, logits(next)))
    yield { id: examples.ids[example]!, ...decode(questionView(examples, example), own, settings) }
  }
}

function scored(windows: Windows, index: number, logits: WindowLogits | undefined): ScoredWindow {
  const window = windowView(windows, index)
  const wanted = `the logits of window ${window.unique_id} (question ${windows.ids[window.example_index]})`
  if (!logits) throw new Error(`Expected ${wanted}; there are none.`)
  const { start, end } = logits
  const found = Math.min(start.length, end.length)
  if (found < window.tokens.length)
    throw new Error(`Expected ${wanted}, ${window.tokens.length} starts and ends; found ${found}.`)
  return { window, start, end }
}
