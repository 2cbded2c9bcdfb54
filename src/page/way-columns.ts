import type { RunRecord } from '../plugin/run-record.ts'
import type { Examples } from '../squad/examples.ts'
import { row } from '../squad/ragged.ts'
import { judge } from '../squad/trace/trace-prediction.ts'
import type { Windows } from '../squad/windows.ts'
import { wordPieces } from '../squad/word-pieces.ts'
import { words } from '../squad/words.ts'
import { cutsOf, cutterOf } from './cuts.ts'
import { oneQuestion } from './one-question.ts'
import type { Cuts, Ways } from './page-data.ts'
import type { Shown } from './question-columns.ts'

/** What all questions' ways have in common, and of which of them the page can tell it. */
export interface Followed {
  readonly cuts: Cuts
  readonly windows: Windows
  readonly run: RunRecord | undefined
  /** 1 where what the page makes of a question's texts is what the stages made. */
  readonly isTold: Uint8Array
}

/**
 * Finds what the page needs to tell questions' ways. It makes their pieces and windows anew from this, so that is tried here of
 * every question: where a stage of somebody's own cuts otherwise, nothing is told.
 */
export function followQuestions(examples: Examples, windows: Windows, run: RunRecord | undefined): Followed {
  const { vocab, do_lower_case } = windows.tokenizer
  const cuts = cutsOf(cutWords(examples, windows), do_lower_case)
  const cut = cutterOf(cuts)
  const tokens = (ids: Int32Array) => Array.from(ids, id => vocab[id])
  const isTold = Uint8Array.from(examples.ids, (id, index) => {
    if (examples.for !== 'evaluation') return 0
    const made = oneQuestion({ id, ...questionOf(examples, index) }, cut, windows.settings, do_lower_case)
    if (!made.windows) return 0
    const own = (ids: Int32Array) => Array.from(ids, id => made.pieces.tokenizer.vocab[id])
    const [first, end] = [windows.first_window[index]!, windows.first_window[index + 1]!]
    const at = windows.context[index]!
    const pairs = [
      [tokens(row(windows.context_pieces, at)), own(row(made.pieces.context_pieces, 0))],
      [tokens(row(windows.query_pieces, index)), own(row(made.windows.query_pieces, 0))],
      [row(windows.context_words, at), row(made.pieces.context_words, 0)],
      [windows.doc_start.subarray(first, end), made.windows.doc_start],
      [windows.doc_length.subarray(first, end), made.windows.doc_length],
    ] as const
    return pairs.every(([there, here]) => alike(there, here)) ? 1 : 0
  })
  return { cuts, windows, run, isTold }
}

/** The columns of these questions' ways, with the first `most` candidates; of those that `isLeftOut` names nothing is told. */
export function wayColumns(
  { examples, predictions }: Shown,
  { cuts, windows, run, isTold }: Followed,
  indexes: readonly number[],
  most: number,
  isLeftOut: (index: number) => boolean,
): Ways {
  const { ids, answers, is_impossible, version_2_with_negative: v2 } = examples
  const listOf = (index: number) => predictions.nbest.get(ids[index]!) ?? []
  const judged = indexes.map(index => judge(listOf(index), answers[index]!, v2))
  const logits = (name: 'start_logit' | 'end_logit') =>
    indexes.map(index =>
      isTold[index] === 0 || isLeftOut(index)
        ? null
        : listOf(index)
            .slice(0, most)
            .map(each => hundredths(each[name])),
    )
  return {
    ...madeBy(run),
    settings: windows.settings,
    cuts,
    impossible: indexes.map(index => is_impossible[index]!),
    candidates: judged.map(({ candidates }) => candidates),
    right: judged.map(({ right }) => right ?? 0),
    start_logits: logits('start_logit'),
    end_logits: logits('end_logit'),
  }
}

/** All words and their pieces. Of a question whose end was cut off, the windows do not have all of them. */
function* cutWords(examples: Examples, windows: Windows): Generator<readonly [string, readonly string[]]> {
  const { vocab, do_lower_case } = windows.tokenizer
  for (const [context, at] of new Map(Array.from(examples.context, (at, index) => [windows.context[index]!, at]))) {
    const owners = row(windows.context_words, context)
    const pieces = row(windows.context_pieces, context)
    let end = 0
    for (const [word, text] of words(examples.contexts[at]!).entries()) {
      const from = end
      while (owners[end] === word) end++
      yield [text, Array.from(pieces.subarray(from, end), id => vocab[id]!)]
    }
  }
  const cut = wordPieces(new Map(vocab.map((token, id) => [token, id])), do_lower_case)
  const seen = new Set<string>()
  for (const question of examples.questions)
    for (const word of words(question))
      if (!seen.has(word)) {
        seen.add(word)
        yield [word, cut(word).map(id => vocab[id]!)]
      }
}

const questionOf = (examples: Examples, index: number) => ({
  question: examples.questions[index]!,
  context: examples.contexts[examples.context[index]!]!,
  answers: examples.answers[index]!,
  is_impossible: examples.is_impossible[index] === 1,
  version_2_with_negative: examples.version_2_with_negative,
})

/** The stages that made what is shown, where the run tells of one prediction alone; else what such stages are called. */
function madeBy(run: RunRecord | undefined): Pick<Ways, 'stages' | 'config'> {
  const stages = run?.stages ?? []
  const source = (name: string | undefined, port: string) =>
    stages.find(stage => stage.name === name)?.inputs[port]?.stage
  const predicted = stages.filter(({ uses }) => uses === 'predict')
  const [only] = predicted
  if (!only || predicted.length > 1)
    return {
      stages: { examples: 'read', pieces: 'tokenize', windows: 'span', predictions: 'predict', score: 'evaluate' },
      config: {},
    }
  const windows = source(only.name, 'windows')
  const score = stages.find(({ uses, inputs }) => uses === 'evaluate' && inputs.predictions?.stage === only.name)
  const { null_score_diff_threshold, max_answer_length } = only.config
  return {
    stages: {
      examples: source(only.name, 'examples') ?? 'read',
      pieces: source(windows, 'pieces') ?? 'tokenize',
      windows: windows ?? 'span',
      predictions: only.name,
      score: score?.name ?? only.name,
    },
    config: { null_score_diff_threshold, max_answer_length },
  }
}

const hundredths = (value: number): number => Math.round(100 * Number(value.toFixed(2)))

const alike = (one: ArrayLike<unknown>, other: ArrayLike<unknown>): boolean => {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false
  return true
}
