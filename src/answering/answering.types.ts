import type { Candidate } from '../squad/decode.ts'
import type { ChosenEngine, EngineChoice } from '../tensor/backend.types.ts'

export interface Question {
  readonly question: string
  /** The text that holds the answer, or does not. It may be long: windows are laid over it. */
  readonly context: string
}

export interface Answer {
  /** Words of the context; empty where it holds no answer (`version_2_with_negative`). */
  readonly answer: string
  /** Among those of `nbest`. */
  readonly probability: number
  /** The best answers, best first, at most `n_best_size`. */
  readonly nbest: readonly Candidate[]
  /** Score of "no answer" less that of the best answer (`version_2_with_negative`). */
  readonly null_odds?: number
}

/** Parameters of `span` and `predict`, under the names and with the defaults that they have there. */
export interface ReaderSettings {
  /** By default 384, or as many positions as the model has, if that is less. */
  readonly max_seq_length?: number | undefined
  readonly doc_stride?: number | undefined
  readonly max_query_length?: number | undefined
  readonly n_best_size?: number | undefined
  readonly max_answer_length?: number | undefined
  /** Whether "no answer" is one of the answers. */
  readonly version_2_with_negative?: boolean | undefined
  readonly null_score_diff_threshold?: number | undefined
  /** Windows computed at once. */
  readonly batch_size?: number | undefined
  /** By default what the model's `tokenizer_config.json` says. */
  readonly do_lower_case?: boolean | undefined
  readonly engine?: EngineChoice | ChosenEngine | undefined
  readonly threads?: number | undefined
}

/** An opened model that answers questions. */
export interface Reader {
  /**
   * The answers, in the order of the questions; none to a question whose context has no words.
   * @throws stageError where a question leaves no room for its context, or the model's weights are damaged
   */
  answer(questions: readonly Question[], signal?: AbortSignal): Promise<readonly (Answer | undefined)[]>
  close(): Promise<void>
}
