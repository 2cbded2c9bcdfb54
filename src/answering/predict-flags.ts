import type { CommandFlag } from '../plugin/stage-command.ts'

/** Flags that are settings of the stages `span`, `tokenize` and `predict`. */
const settings = {
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

export const predictFlags = {
  question: { type: 'string', value: 'TEXT', about: 'what is asked' },
  context: { type: 'string', value: 'TEXT', about: 'the text that holds the answer' },
  'context-file': { type: 'string', value: 'FILE', about: 'the same, in a file; `-`: from stdin' },
  'n-best': { type: 'string', value: 'N', about: 'show the N best answers, with their probabilities' },
  ...settings,
} as const satisfies Readonly<Record<string, CommandFlag>>

export const serveFlags = {
  port: { type: 'string', value: 'N', about: 'where to listen (8000); 0: any port that is free' },
  host: { type: 'string', value: 'ADDRESS', about: 'on which address (127.0.0.1: this machine alone can ask)' },
  'max-waiting': { type: 'string', value: 'N', about: 'questions that may wait; one more is refused, with 503 (256)' },
  'body-limit': { type: 'string', value: 'BYTES', about: 'the largest request, in bytes (1048576, which is 1 MiB)' },
  ...settings,
} as const satisfies Readonly<Record<string, CommandFlag>>
