// What a page is given. It gets it as JSON, in blocks, and makes everything that is seen from it.
import type { LogRecord } from '../model/training-log.ts'
import type { RunRecord } from '../plugin/run-record.ts'
import type { ComparedRuns } from '../plugin/stage-command.ts'
import type { ComparisonRecord } from '../squad/compare/comparison-record.ts'
import type { GroupScores } from '../squad/question-scores.ts'
import type { ThresholdPoint } from '../squad/threshold-curve.ts'
import type { WindowSettings } from '../squad/window-layout.ts'
import type { WindowStatistics } from '../squad/window-statistics.ts'

/** All but the questions: small, and shown at once. */
export interface Summary {
  readonly title: string
  readonly run?: RunRecord
  readonly log?: readonly LogRecord[]
  readonly scores?: Scores
  readonly windows?: WindowStatistics
  /** What this report does not hold, and why, in sentences. */
  readonly left_out: readonly string[]
}

export interface Scores {
  /** As `evaluate` has them. */
  readonly metrics: Readonly<Record<string, number>>
  readonly resamples: number
  readonly all: GroupScores
  readonly groups: readonly { readonly title: string; readonly scores: readonly GroupScores[] }[]
  /** Of v2.0 alone. */
  readonly thresholds: readonly ThresholdPoint[]
  /** The one that the answers were given by. */
  readonly threshold?: number
}

/**
 * A text by where it first stands in its context, as `start, length`; in full where it is not in there as it is. Most
 * answers are parts of their contexts.
 */
export type Place = readonly [start: number, length: number] | readonly [text: string]

/** Questions, in columns. */
export interface Questions {
  readonly version_2_with_negative: boolean
  readonly contexts: readonly string[]
  readonly ids: readonly string[]
  readonly questions: readonly string[]
  /** Index into `contexts`. */
  readonly context: readonly number[]
  readonly kinds: readonly string[]
  /** Index into `kinds`. */
  readonly kind: readonly number[]
  /** Accepted answers, each once; none where the context holds no answer. */
  readonly answers: readonly (readonly Place[])[]
  /** Nothing where there is no prediction; the empty text where the prediction is that there is no answer. */
  readonly predictions: readonly (Place | null)[]
  /** In percent; nothing where the questions cannot be scored. */
  readonly f1?: readonly number[]
  /** 1 or 0. */
  readonly exact?: readonly number[]
  readonly null_odds?: readonly (number | null)[]
}

/** The best answers of each question: place, and probability in thousandths. */
export interface Candidates {
  readonly lists: readonly (readonly (readonly [Place, number])[])[]
}

/** How words were cut into pieces, as far as that is not seen from them (`cuts`). */
export interface Cuts {
  readonly do_lower_case: boolean
  /** Parts of words that are more than one piece, with spaces where they were cut: `ald oscope`. */
  readonly parts: readonly string[]
  /** Parts that are `[UNK]`. */
  readonly unknown: readonly string[]
  /** Words that come apart in other ways, each with its pieces. */
  readonly words: readonly (readonly string[])[]
}

/** With what the page tells a question's way: pieces and windows are made anew from its texts, so only how is here. */
export interface Ways {
  /** The stages that made it. */
  readonly stages: Readonly<Record<'examples' | 'pieces' | 'windows' | 'predictions' | 'score', string>>
  /** Of the stage that predicted. */
  readonly config: Readonly<Record<string, unknown>>
  readonly settings: WindowSettings
  readonly cuts: Cuts
  // One value a question.
  readonly impossible: readonly number[]
  /** How many candidates there are, also of those that the page does not have. */
  readonly candidates: readonly number[]
  /** The first right candidate, from 1; 0 where none is. */
  readonly right: readonly number[]
  /** Of the first candidates, in hundredths; nothing of a question whose way was left out. */
  readonly start_logits: readonly (readonly number[] | null)[]
  readonly end_logits: readonly (readonly number[] | null)[]
}

/** Two runs side by side. */
export interface Comparison {
  readonly names: ComparedRuns['names']
  readonly record: Pick<ComparedRuns['record'], 'parameters' | 'numbers' | 'times' | 'missing'>
  readonly evaluations: readonly ComparedEvaluation[]
  readonly left_out: readonly string[]
}

/** What `pipeline compare` says of two results of a stage `evaluate`, but that flips are in columns. */
export interface ComparedEvaluation {
  readonly stage: string
  readonly record: Omit<ComparisonRecord, 'right_to_wrong' | 'wrong_to_right'>
  readonly flips: Flips
}

/** Questions that one of two runs has right. */
export interface Flips {
  readonly contexts: readonly string[]
  readonly ids: readonly string[]
  readonly questions: readonly string[]
  /** Index into `contexts`. */
  readonly context: readonly number[]
  /** 1 where A is wrong and B is right, 0 where it is the other way round. */
  readonly gained: readonly number[]
  readonly answers: readonly (readonly Place[])[]
  /** Nothing where there is no prediction; the empty text where it is that there is no answer. */
  readonly a: readonly (Place | null)[]
  readonly b: readonly (Place | null)[]
  /** In percent. */
  readonly f1_a: readonly number[]
  readonly f1_b: readonly number[]
}

/** The blocks of a page, by the id of the element that holds each: those of a report, or `comparison` alone. */
export interface Blocks {
  readonly summary: Summary
  readonly questions?: Questions
  readonly candidates?: Candidates
  readonly ways?: Ways
  readonly comparison?: Comparison
}
