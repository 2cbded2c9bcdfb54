import type { Dataset, TrainingOptions } from '../../src/training/training.types.ts'

/** Padded rows, as the oracle and the tests write them down. */
export interface PaddedRows {
  readonly input_ids: readonly (readonly number[])[]
  readonly input_mask: readonly (readonly number[])[]
  readonly segment_ids: readonly (readonly number[])[]
  readonly start_positions: readonly number[]
  readonly end_positions: readonly number[]
}

/** A dataset of these rows, each without its padding. */
export function datasetOf(rows: PaddedRows, maxLength: number): Dataset {
  const lengths = rows.input_mask.map(mask => mask.reduce((sum, each) => sum + each, 0))
  const ragged = (column: readonly (readonly number[])[]) => {
    const offsets = new Int32Array(column.length + 1)
    lengths.forEach((length, row) => {
      offsets[row + 1] = offsets[row]! + length
    })
    return { values: Int32Array.from(column.flatMap((row, at) => row.slice(0, lengths[at]))), offsets, pad: 0 }
  }
  return {
    rows: lengths.length,
    ragged: {
      input_ids: ragged(rows.input_ids),
      input_mask: ragged(rows.input_mask),
      segment_ids: ragged(rows.segment_ids),
    },
    scalar: {
      start_positions: Int32Array.from(rows.start_positions),
      end_positions: Int32Array.from(rows.end_positions),
    },
    max_length: maxLength,
  }
}

/** Rows of random tokens with random answers: `count` of them, from 5 to `maxLength` tokens long. */
export function randomRows(count: number, maxLength: number, vocabulary: number, next: () => number): PaddedRows {
  const upTo = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  const rows = Array.from({ length: count }, () => {
    const length = upTo(5, maxLength)
    const start = upTo(1, length - 2)
    const padded = (value: (at: number) => number) =>
      Array.from({ length: maxLength }, (_, at) => (at < length ? value(at) : 0))
    return {
      input_ids: padded(() => upTo(1, vocabulary - 1)),
      input_mask: padded(() => 1),
      segment_ids: padded(at => (at > length / 3 ? 1 : 0)),
      start_positions: start,
      end_positions: upTo(start, length - 2),
    }
  })
  const column = <K extends keyof (typeof rows)[number]>(name: K) => rows.map(row => row[name])
  return {
    input_ids: column('input_ids'),
    input_mask: column('input_mask'),
    segment_ids: column('segment_ids'),
    start_positions: column('start_positions'),
    end_positions: column('end_positions'),
  }
}

/** The settings that SQUAD.md's notebook has, on the reference engine. */
export const defaults: TrainingOptions = {
  learning_rate: 5e-5,
  train_batch_size: 8,
  gradient_accumulation_steps: 1,
  num_train_epochs: 3,
  max_steps: -1,
  weight_decay: 0,
  adam_epsilon: 1e-8,
  max_grad_norm: 1,
  warmup_steps: 0,
  warmup_ratio: 0,
  lr_scheduler: 'linear',
  seed: 42,
  group_by_length: false,
  pad_to_max_length: false,
  engine: 'reference',
}

/** A network small enough for the reference engine. */
export const tinyConfig = {
  model_type: 'bert',
  vocab_size: 40,
  hidden_size: 16,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 32,
  max_position_embeddings: 32,
  type_vocab_size: 2,
  hidden_act: 'gelu',
  hidden_dropout_prob: 0,
  attention_probs_dropout_prob: 0,
  initializer_range: 0.2,
}
