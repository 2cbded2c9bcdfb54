import type { Weights } from '../model/model.types.ts'
import type { TrainingLog } from '../model/training-log.ts'
import type { ChosenEngine, Engine, EngineChoice } from '../tensor/backend.types.ts'

/** Rows of different lengths end to end; row i is `values.subarray(offsets[i], offsets[i + 1])`. */
export interface RaggedColumn {
  readonly values: Int32Array | Uint8Array | Uint16Array
  readonly offsets: Int32Array
  /** What a row is padded with. */
  readonly pad: number
}

/** What the loop reads batches from: rows of tokens, and one number a row. It knows nothing of what they mean. */
export interface Dataset {
  readonly rows: number
  readonly ragged: Readonly<Record<string, RaggedColumn>>
  readonly scalar: Readonly<Record<string, Int32Array>>
  /** The longest row that the settings allow; batches are padded to a length of at most this. */
  readonly max_length: number
  /** A name for a row in error messages (a question id). */
  readonly names?: readonly string[]
  readonly name_of_row?: Int32Array
}

/** The notebook's parameters, under the names that the field uses. */
export interface TrainingOptions {
  readonly learning_rate: number
  readonly train_batch_size: number
  readonly gradient_accumulation_steps: number
  readonly num_train_epochs: number
  /** -1: as many as the epochs make. */
  readonly max_steps: number
  readonly weight_decay: number
  readonly adam_epsilon: number
  readonly max_grad_norm: number
  readonly warmup_steps: number
  readonly warmup_ratio: number
  readonly lr_scheduler: 'linear' | 'constant' | 'cosine'
  readonly seed: number
  /** Batches of windows of like length: faster, in an order that is a little less random. */
  readonly group_by_length: boolean
  /**
   * Pads every row to `max_length` and has the loss count the padded positions too, as `transformers` does. Otherwise rows
   * are padded to one of a few lengths, and the loss is over their real tokens: padding does not change it.
   */
  readonly pad_to_max_length: boolean
  readonly engine: EngineChoice | ChosenEngine
  readonly threads?: number | undefined
}

/** Where checkpoints go, how many are kept, and the small files that make each one a model folder. */
export interface CheckpointSettings {
  /** Of this very training and no other: what is in it is taken up. */
  readonly folder: string
  /** Optimizer steps from one to the next. */
  readonly save_steps: number
  readonly save_total_limit: number
  readonly files: Readonly<Record<string, string>>
}

/** What is evaluated during a training, and when. */
export interface EvaluationSettings {
  readonly data: Dataset
  readonly batch_size: number
  /** Optimizer steps from one evaluation to the next; by default those of an epoch. There is always one at the end. */
  readonly eval_steps?: number
  /** Whether the result is the best step's weights, in place of the last one's. */
  readonly load_best_model_at_end: boolean
}

/** The step whose weights have the highest score so far; of equal ones the earlier. */
export interface Best {
  readonly step: number
  readonly metric: number
}

/** An evaluation after a step. */
export interface Evaluated {
  readonly step: number
  readonly logits: InferResult
  /** Of the evaluations before this one. */
  readonly best?: Best
}

/** What is made of an evaluation: the number that it is ranked by, the higher the better, and what the log says of it. */
export interface Verdict {
  readonly metric: number
  readonly scores: Readonly<Record<string, number>>
}

export interface TrainRequest {
  readonly config: Readonly<Record<string, unknown>>
  readonly weights: Weights
  readonly data: Dataset
  readonly options: TrainingOptions
  readonly checkpoints?: CheckpointSettings
  readonly evaluation?: EvaluationSettings
}

/** One optimizer step. */
export interface StepReport {
  readonly step: number
  readonly total_steps: number
  readonly epoch: number
  /** Mean over the step's batches. */
  readonly loss: number
  readonly learning_rate: number
  /** Before clipping. */
  readonly grad_norm: number
  readonly rows: number
  /** Real ones, without padding. */
  readonly tokens: number
  /** Since the step before. */
  readonly seconds: number
  /** To the end of the training, as far as it can be judged. */
  readonly seconds_left: number
}

/** What is asked of a signal here: an `AbortSignal` has it. */
export type StopSignal = Pick<AbortSignal, 'throwIfAborted'>

export interface TrainHooks<Signal extends StopSignal = AbortSignal> {
  readonly signal?: Signal
  /** Which engine was taken, and why. */
  say?(message: string): void
  onStep?(report: StepReport): void
  /** Training goes on from this checkpoint, after this step, which an earlier run made. */
  onResume?(checkpoint: string, step: number, total_steps: number): void
  /** How far an evaluation is. */
  onEvaluating?(report: EvaluationReport): void
  /** Training waits for what is made of an evaluation. */
  onEvaluate?(evaluated: Evaluated): Promise<Verdict> | Verdict
  /** Told to stop: the last whole step is kept first, which may take a while. Only `train` tells it. */
  onStopping?(): void
  /** Stopped, and nothing more is kept. */
  onStop?(stop: Stop): void
  /** A checkpoint is whole, in this folder. */
  onCheckpoint?(folder: string): void
}

/** Where a training was told to stop. */
export interface Stop {
  /** The last one that was made. */
  readonly step: number
  /** The one that the next run goes on from; 0 where none is kept. */
  readonly kept: number
  /** Why the last one could not be kept. */
  readonly lost?: string
}

export interface TrainResult {
  readonly weights: Weights
  /** The one that computed. */
  readonly engine: Engine
  readonly global_step: number
  readonly average_loss: number
  /** Of the evaluations, if there were any. */
  readonly best?: Best
  /** Of all steps and evaluations, those of earlier runs too. */
  readonly log: TrainingLog
}

export interface InferRequest {
  readonly config: Readonly<Record<string, unknown>>
  readonly weights: Weights
  readonly data: Dataset
  readonly batch_size: number
  readonly engine: EngineChoice | ChosenEngine
  readonly threads?: number | undefined
}

/** A model that is to be opened, and to stay so. */
export type StandingRequest = Omit<InferRequest, 'data' | 'batch_size'>

/** An opened model, which computes logits of one set of rows after the other. */
export interface Standing<Signal extends StopSignal = StopSignal> {
  /**
   * Every row's logits. Calls are answered one after the other.
   * @throws TrainingError `data-too-large`, `logits-not-finite`; the signal's reason where it is aborted
   */
  infer(data: Dataset, batch_size: number, signal?: Signal): Promise<InferResult>
  /** Lets go of its memory, when what is being computed is done. */
  close(): Promise<void>
}

/** How far inference is. */
export interface BatchReport {
  /** Rows that are done, of how many. */
  readonly done: number
  readonly total: number
  /** Since the batch before. */
  readonly seconds: number
  /** To the end, as far as it can be judged. */
  readonly seconds_left: number
}

/** How far an evaluation after a step is. */
export interface EvaluationReport extends BatchReport {
  readonly step: number
  readonly total_steps: number
}

export interface InferHooks<Signal extends StopSignal = AbortSignal> {
  readonly signal?: Signal
  say?(message: string): void
  onBatch?(report: BatchReport): void
}

/** Per row, as many logits as the row has tokens: row i is `subarray(offsets[i], offsets[i + 1])`. */
export interface InferResult {
  readonly start: Float32Array
  readonly end: Float32Array
  readonly offsets: Int32Array
}
