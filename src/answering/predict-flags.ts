import type { CommandFlag } from '../plugin/stage-command.ts'

/** The flags of `predict` that settings of the stages `span`, `tokenize` and `predict` are, and those of its own. */
export const predictFlags = {
  question: { type: 'string', value: 'TEXT', about: 'what is asked' },
  context: { type: 'string', value: 'TEXT', about: 'the text that holds the answer' },
  'context-file': { type: 'string', value: 'FILE', about: 'the same, in a file; `-`: from stdin' },
  'n-best': { type: 'string', value: 'N', about: 'show the N best answers, with their probabilities' },
  'version-2-with-negative': {
    type: 'boolean',
    about: '"no answer" is an answer too: for a model that was trained with SQuAD v2.0',
  },
  'null-score-diff-threshold': {
    type: 'string',
    value: 'X',
    about: '… and is given where its score exceeds that of the best other one by more than X (0)',
  },
  'n-best-size': { type: 'string', value: 'N', about: 'how many starts, ends and answers are considered (20)' },
  'max-answer-length': { type: 'string', value: 'N', about: 'longest answer, in tokens (30)' },
  'max-seq-length': { type: 'string', value: 'N', about: "tokens of a window (384, or the model's positions)" },
  'doc-stride': { type: 'string', value: 'N', about: 'how far windows on a long context are apart (128)' },
  'max-query-length': { type: 'string', value: 'N', about: 'a question is cut off after so many tokens (64)' },
  'do-lower-case': { type: 'string', value: 'true|false', about: "in place of what the model's folder says" },
  'batch-size': { type: 'string', value: 'N', about: 'windows computed at once (8)' },
  engine: { type: 'string', value: 'auto|onnx|tensorflow|reference', about: 'what computes' },
  device: { type: 'string', value: 'auto|cpu|cuda', about: 'where' },
  threads: { type: 'string', value: 'N', about: 'threads that compute; by default one for each core' },
} as const satisfies Readonly<Record<string, CommandFlag>>
