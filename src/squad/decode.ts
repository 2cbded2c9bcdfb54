import { bestIndexes } from './best-indexes.ts'
import { finalText, joinPieces } from './final-text.ts'
import type { QuestionView, WindowView } from './views.ts'

export interface DecodeOptions {
  /** How many starts, ends and answers are considered. */
  readonly n_best_size: number
  /** In tokens. */
  readonly max_answer_length: number
  readonly do_lower_case: boolean
  /** Whether "no answer" is one of the answers. */
  readonly version_2_with_negative: boolean
  /** The null answer is given where its score exceeds the best other one's by more than this. */
  readonly null_score_diff_threshold: number
}

/** One answer of an n-best list. */
export interface Candidate {
  readonly text: string
  readonly probability: number
  readonly start_logit: number
  readonly end_logit: number
}

export interface Decoded {
  readonly prediction: string
  readonly nbest: readonly Candidate[]
  /** Score of the null answer less that of the best other one (v2.0 only). */
  readonly null_odds?: number
}

/** A window with the scores that a model gave its tokens. */
export interface ScoredWindow {
  readonly window: WindowView
  readonly start: Float32Array | readonly number[]
  readonly end: Float32Array | readonly number[]
}

interface Span {
  /** The window's place among the question's; -1: the null answer. */
  readonly window: number
  readonly start: number
  readonly end: number
  readonly start_logit: number
  readonly end_logit: number
}
const NO_WINDOW = -1
type Entry = Omit<Candidate, 'probability'>

/** What BERT's reference answers where nothing else is possible, so that every question has an answer. */
const NONCE: Entry = { text: 'empty', start_logit: 0, end_logit: 0 }

/**
 * The answer to one question from the logits of its windows: `compute_predictions_logits` of BERT's reference
 * implementation, order of equal scores included.
 */
export function decode(question: QuestionView, windows: readonly ScoredWindow[], options: DecodeOptions): Decoded {
  const v2 = options.version_2_with_negative
  const none = v2 ? nullSpan(windows) : undefined
  const spans = windows.flatMap((scored, index) => validSpans(scored, index, options))
  if (none) spans.push(none)
  spans.sort((a, b) => score(b) - score(a))

  const entries = distinctTexts(question, windows, spans, options)
  if (none) {
    if (!entries.some(entry => entry.text === ''))
      entries.push({ text: '', start_logit: none.start_logit, end_logit: none.end_logit })
    if (entries.length === 1) entries.unshift(NONCE)
  }
  if (entries.length === 0) entries.push(NONCE)

  const probabilities = softmax(entries.map(score))
  const nbest = entries.map((entry, i) => ({
    text: entry.text,
    probability: probabilities[i]!,
    start_logit: entry.start_logit,
    end_logit: entry.end_logit,
  }))
  if (!none) return { prediction: entries[0]!.text, nbest }
  const best = entries.find(entry => entry.text !== '') ?? NONCE
  const null_odds = nullScore(none, windows) - best.start_logit - best.end_logit
  return { prediction: null_odds > options.null_score_diff_threshold ? '' : best.text, nbest, null_odds }
}

const score = (span: { readonly start_logit: number; readonly end_logit: number }) => span.start_logit + span.end_logit

/** A question without windows has no null score: as in the reference, it counts as very high, so that "no answer" is given. */
const nullScore = (none: Span, windows: readonly ScoredWindow[]) => (windows.length > 0 ? score(none) : 1_000_000)

/** The lowest null score, which is that of `[CLS]`, over the windows: a question has no answer only if no window holds one. */
function nullSpan(windows: readonly ScoredWindow[]): Span {
  let best: Span = { window: NO_WINDOW, start: 0, end: 0, start_logit: 0, end_logit: 0 }
  let lowest = 1_000_000
  for (const { window, start, end } of windows) {
    const at = window.cls_index
    const [start_logit, end_logit] = [start[at]!, end[at]!]
    if (start_logit + end_logit >= lowest) continue
    lowest = start_logit + end_logit
    best = { window: NO_WINDOW, start: at, end: at, start_logit, end_logit }
  }
  return best
}

/** Spans from the best starts × the best ends that lie in the document part, in that order. */
function validSpans({ window, start, end }: ScoredWindow, index: number, options: DecodeOptions): Span[] {
  const length = window.tokens.length
  const inDocument = (position: number) => position < length && window.word(position) >= 0
  const starts = bestIndexes(start, options.n_best_size).filter(at => inDocument(at) && window.isMaxContext(at))
  const ends = bestIndexes(end, options.n_best_size).filter(inDocument)
  const spans: Span[] = []
  for (const from of starts) {
    for (const to of ends) {
      if (to < from || to - from + 1 > options.max_answer_length) continue
      spans.push({ window: index, start: from, end: to, start_logit: start[from]!, end_logit: end[to]! })
    }
  }
  return spans
}

/** The first `n_best_size` spans with texts of their own. */
function distinctTexts(
  question: QuestionView,
  windows: readonly ScoredWindow[],
  spans: readonly Span[],
  options: DecodeOptions,
): Entry[] {
  const seen = new Set<string>()
  const entries: Entry[] = []
  for (const span of spans) {
    if (entries.length >= options.n_best_size) break
    const isNull = span.window === NO_WINDOW
    const text = isNull ? '' : spanText(question, windows[span.window]!.window, span, options.do_lower_case)
    if (!isNull && seen.has(text)) continue
    seen.add(text)
    entries.push({ text, start_logit: span.start_logit, end_logit: span.end_logit })
  }
  return entries
}

function spanText(question: QuestionView, window: WindowView, span: Span, doLowerCase: boolean): string {
  const predicted = joinPieces(window.tokens.slice(span.start, span.end + 1))
  const original = question.words.slice(window.word(span.start), window.word(span.end) + 1).join(' ')
  return finalText(predicted, original, doLowerCase)
}

/** Probabilities that are proportional to exp(score); the largest is taken off first so that nothing overflows. */
function softmax(scores: readonly number[]): number[] {
  const largest = Math.max(...scores)
  const exps = scores.map(each => Math.exp(each - largest))
  const sum = exps.reduce((total, each) => total + each, 0)
  return exps.map(each => each / sum)
}
