import type { TrainingSet } from './training-set.types.ts'

/**
 * The rows that a training loop (`Dataset` of `sluice/training`) reads, from the columns of a training set: tokens padded
 * as the windows' settings say, the answer's positions where there are any, and the question's id to name a row by.
 */
export function datasetOf(set: TrainingSet) {
  const { padding } = set
  const { start_positions, end_positions } = set
  return {
    rows: set.example_index.length,
    ragged: {
      input_ids: { ...set.input_ids, pad: padding.input_ids },
      input_mask: { ...set.input_mask, pad: padding.input_mask },
      segment_ids: { ...set.segment_ids, pad: padding.segment_ids },
    },
    scalar: start_positions && end_positions ? { start_positions, end_positions } : {},
    max_length: set.max_seq_length,
    names: set.question_ids,
    name_of_row: set.example_index,
  }
}
