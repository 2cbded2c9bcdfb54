// What passes between the thread that asks and the thread that computes. All of it can be cloned.

import type {
  BatchReport,
  Dataset,
  Evaluated,
  EvaluationReport,
  InferRequest,
  InferResult,
  StandingRequest,
  StepReport,
  Stop,
  TrainRequest,
  TrainResult,
  Verdict,
} from './training.types.ts'
import type { TrainingProblem } from './training-error.ts'

/** What the thread is started with. `stop` holds one integer: not 0 means stop before the next part of a batch. */
export type Job = { readonly stop: Int32Array } & (
  | { readonly job: 'train'; readonly request: TrainRequest }
  | { readonly job: 'infer'; readonly request: InferRequest }
  /** Answered by `opened`; from then on every `Asked` is answered by `inferred`, `stopped` or `problem`. */
  | { readonly job: 'stand'; readonly request: StandingRequest }
)

/** Rows for a model that was opened. */
export interface Asked {
  readonly data: Dataset
  readonly batch_size: number
  readonly stop: Int32Array
}

export type Message =
  | { readonly is: 'said'; readonly message: string }
  | { readonly is: 'step'; readonly report: StepReport }
  | { readonly is: 'resumed'; readonly checkpoint: string; readonly step: number; readonly total_steps: number }
  | { readonly is: 'evaluating'; readonly report: EvaluationReport }
  /** Answered by an `Answer`. */
  | { readonly is: 'evaluated'; readonly evaluated: Evaluated }
  | { readonly is: 'checkpoint'; readonly folder: string }
  | { readonly is: 'batch'; readonly report: BatchReport }
  | { readonly is: 'opened' }
  | { readonly is: 'trained'; readonly result: TrainResult }
  | { readonly is: 'inferred'; readonly result: InferResult }
  | { readonly is: 'stopping'; readonly stop: Stop }
  | { readonly is: 'stopped' }
  | { readonly is: 'problem'; readonly problem: TrainingProblem }

/** What the asking thread makes of an evaluation; without it, it was told to stop meanwhile. */
export interface Answer {
  readonly verdict?: Verdict
}
