import type { Ragged } from './ragged.ts'

/** What `save` must write beside the weights so that the text is cut up the same way again. */
export interface TokenizerSettings {
  /** Tokens by id. */
  readonly vocab: readonly string[]
  readonly do_lower_case: boolean
}

/**
 * The columns that training (or prediction) reads, one row a window, without padding. What has a value a token lies in memory that
 * threads can share (`SharedArrayBuffer`): a training is in one of its own.
 */
export interface TrainingSet {
  readonly for: 'training' | 'evaluation'
  readonly max_seq_length: number
  /** In two bytes each where they fit: of all that is read for a training this is the most. */
  readonly input_ids: Ragged<Uint16Array | Int32Array>
  readonly input_mask: Ragged<Uint8Array>
  readonly segment_ids: Ragged<Uint8Array>
  /** Made when it is asked for: no training asks. */
  readonly p_mask: Ragged<Uint8Array>
  readonly cls_index: Int32Array
  /** In training. */
  readonly start_positions?: Int32Array
  readonly end_positions?: Int32Array
  /** Which question each window is of (an index into `question_ids`). */
  readonly example_index: Int32Array
  readonly question_ids: readonly string[]
  /** The values that padding has in each column. */
  readonly padding: {
    readonly input_ids: number
    readonly input_mask: number
    readonly segment_ids: number
    readonly p_mask: number
  }
  readonly tokenizer: TokenizerSettings
}
