import { stageError } from '../plugin/stage-error.ts'
import type { TrainingSet } from './training-set.types.ts'

/**
 * The rows that a training loop (`Dataset` of `sluice/training`) reads, from the columns of a training set: tokens padded
 * as the windows' settings say, the answer's positions where there are any, and the question's id to name a row by.
 *
 * @throws stageError where input_mask is 0 on tokens: a network would look at the padding instead.
 */
export function datasetOf(set: TrainingSet) {
  const { padding } = set
  if (padding.input_mask !== 0)
    throw stageError({
      code: 'inverted-mask',
      message: 'Expected windows whose input_mask is 1 on tokens; found the reverse.',
      hint: 'Leave `mask_padding_with_zero` of the stage that makes the windows at true.',
    })
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
