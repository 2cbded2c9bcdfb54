import { Type } from 'typebox'

/** The parameters of a stage that turns logits into answers. */
export const decodingParameters = {
  n_best_size: Type.Integer({
    minimum: 1,
    default: 20,
    description: 'How many starts, ends and answers of a question are considered.',
  }),
  max_answer_length: Type.Integer({ minimum: 1, default: 30, description: 'Longest answer, in tokens.' }),
  null_score_diff_threshold: Type.Number({
    default: 0,
    description: 'v2.0: no answer is given where its score exceeds that of the best answer by more than this.',
  }),
}
