import type { Static } from '../../plugin/artifact.ts'
import { Type } from '../../plugin/schema.ts'

const text = (description: string) => Type.String({ description })
const integer = (description: string) => Type.Integer({ description })
const tokens = (description: string) => Type.Array(Type.String(), { description })
const stage = text('The stage that made it.')

/** Words of the context, both inclusive, and how they are cut into pieces. */
const Span = Type.Object({
  start_word: integer('First word, from 0.'),
  end_word: integer('Last word.'),
  start_piece: integer('First piece of the first word; after `end_piece` where the words have no pieces.'),
  end_piece: integer('Last piece of the last word.'),
})
export type Span = Static<typeof Span>

/** A question, or its pieces, or its windows … were not made, or hold nothing to learn from. */
const Lost = Type.Object({
  stage: text('Where.'),
  code: Type.Enum(['left-out', 'answer-not-found', 'no-pieces', 'no-window', 'outside-windows', 'no-prediction'], {
    description:
      'left-out: by a filter; answer-not-found: the words at answer_start do not hold the answer; no-pieces: nothing is left of the ' +
      'answer, or of the context, as pieces; outside-windows: no window holds the whole answer.',
  }),
  why: text('For people.'),
})
export type Lost = Static<typeof Lost>

const Example = Type.Object({
  kind: Type.Literal('examples'),
  stage,
  question: Type.String(),
  context: Type.String(),
  answers: Type.Array(Type.String()),
  is_impossible: Type.Boolean(),
  answer: Type.Union(
    [Type.Object({ start_word: Type.Integer(), end_word: Type.Integer(), text: Type.String() }), Type.Null()],
    {
      description: "The answer's words; null in evaluation, and where there is none.",
    },
  ),
})

const PiecesStep = Type.Object({
  kind: Type.Literal('pieces'),
  stage,
  question_tokens: tokens('The question as pieces.'),
  answer_tokens: tokens('In training the answer on its own as pieces.'),
  context_words: integer('Words of the context.'),
  context_pieces: integer('Its pieces.'),
  unknown: integer('Pieces of question and context that are [UNK].'),
  answer: Type.Union([Span, Type.Null()], {
    description: "The answer's words in the context; null where it has no place.",
  }),
  answer_words: Type.Array(Type.Object({ word: Type.String(), tokens: Type.Array(Type.String()) }), {
    description: "The answer's words, and their pieces.",
  }),
})

const Window = Type.Object({
  unique_id: Type.Integer(),
  doc_span_index: Type.Integer(),
  start_piece: integer('First piece of the context in it, from 0.'),
  end_piece: integer('Last piece.'),
  tokens: tokens('All, without padding.'),
  label: Type.Union([Type.Tuple([Type.Integer(), Type.Integer()]), Type.Null()], {
    description: 'First and last position of the answer; null outside training.',
  }),
  label_is: Type.Enum(['answer', 'cls', 'none'], {
    description: 'cls: the whole answer is not in this window, so that [CLS] is its label; none: not for training.',
  }),
  answer_at: Type.Union([Type.Tuple([Type.Integer(), Type.Integer()]), Type.Null()], {
    description:
      'First and last position of the answer, where all of it lies in this window (in evaluation that of the first accepted answer, where it first stands).',
  }),
  holds: Type.Enum(['all', 'part', 'nothing', 'unknown'], {
    description: 'How much of the answer lies in it; unknown: the place of the answer is not known.',
  }),
  most_context: Type.Union([Type.Boolean(), Type.Null()], {
    description: "Whether the answer's first piece has most context here: only there may a prediction begin with it.",
  }),
})
export type TracedWindow = Static<typeof Window>

const WindowsStep = Type.Object({
  kind: Type.Literal('windows'),
  stage,
  max_seq_length: Type.Integer(),
  doc_stride: Type.Integer(),
  max_query_length: Type.Integer(),
  question_tokens: tokens('The question, cut off at max_query_length.'),
  question_tokens_cut: integer('Pieces of the question that were cut off.'),
  document: integer('Where the context begins in each window.'),
  windows: Type.Array(Window),
})

const TrainingStep = Type.Object({
  kind: Type.Literal('training-set'),
  stage,
  rows: Type.Array(Type.Integer(), { description: 'Its rows in the training set, from 0.' }),
})

const Seat = Type.Object({
  doc_span_index: integer('The window.'),
  start: integer('First position in it.'),
  end: integer('Last position.'),
})
export type Seat = Static<typeof Seat>

const Candidate = Type.Object({
  text: Type.String(),
  probability: Type.Number(),
  start_logit: Type.Number(),
  end_logit: Type.Number(),
  exact: integer('1 where it would have been right.'),
  f1: Type.Number(),
  places: Type.Array(Seat, {
    description:
      'Where its text stands, each in the window in which a prediction may begin there; more than one where the context has the text more than once.',
  }),
})

const PredictionStep = Type.Object({
  kind: Type.Literal('predictions'),
  stage,
  prediction: text('Empty: no answer.'),
  candidates: integer('How many there are.'),
  nbest: Type.Array(Candidate, { description: 'All of them; the page of a report has the first alone.' }),
  null_odds: Type.Optional(Type.Number({ description: 'Score of "no answer" less that of the best answer.' })),
  null_score_diff_threshold: Type.Optional(Type.Number({ description: 'Above it, "no answer" is given.' })),
  places: Type.Array(Span, { description: 'Where the prediction stands in the context.' }),
  right: Type.Union([Type.Integer(), Type.Null()], {
    description: 'The first right candidate, from 1; null where none is.',
  }),
  obstacle: Type.Optional(text('What keeps the accepted answers, as they are written, from being predicted.')),
})

const Compared = Type.Object({
  text: Type.String(),
  normalized: text('What the official script compares: lower case, no punctuation, no articles.'),
})
const ScoreStep = Type.Object({
  kind: Type.Literal('score'),
  stage: text('The stage that scores; that of the predictions, where none does.'),
  exact: Type.Integer(),
  f1: Type.Number({ description: '0 to 1.' }),
  prediction: Compared,
  golds: Type.Array(Type.Object({ ...Compared.properties, exact: Type.Integer(), f1: Type.Number() }), {
    description: 'The accepted answers; one that is empty where "no answer" is right.',
  }),
})

const Step = Type.Union([Example, PiecesStep, WindowsStep, TrainingStep, PredictionStep, ScoreStep])
export type Step = Static<typeof Step>

const Way = Type.Object({
  file: Type.Optional(text('The file that the question was read from.')),
  for: Type.Enum(['training', 'evaluation']),
  version_2_with_negative: Type.Boolean(),
  steps: Type.Array(Step),
  lost: Type.Optional(Lost),
  missing: Type.Array(Type.Object({ stage: Type.String(), make: text('What makes it: a line of a shell.') }), {
    description: 'Stages further on whose results the cache does not hold.',
  }),
  stale: Type.Array(Type.Object({ stage: Type.String(), make: Type.String(), since: Type.Array(Type.String()) }), {
    description: 'Stages whose results shown here are of an earlier run, and what has changed since.',
  }),
})
export type Way = Static<typeof Way>

/** What `pipeline trace --json` prints: one question's way through each part of the pipeline that it goes through. */
export const TraceRecord = Type.Object({ id: Type.String(), ways: Type.Array(Way) }, { title: 'trace' })
export type TraceRecord = Static<typeof TraceRecord>
