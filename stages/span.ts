import { count, defineStage, firstFew, outOfKey, type Problem, Type } from 'sluice'
import { makeWindows, Pieces, Windows } from 'sluice/squad'

/** Segment ids are kept as bytes. */
const segment = (value: number, of: string) =>
  Type.Integer({ minimum: 0, maximum: 255, default: value, description: `Segment id of ${of}.` })

export default defineStage({
  name: 'span',
  version: 1,
  summary: 'Lays windows of a fixed length over each context, and marks the answer in them.',
  config: Type.Object({
    max_seq_length: Type.Integer({
      default: 384,
      description: 'Tokens of a window: [CLS] question [SEP] document part [SEP].',
    }),
    doc_stride: Type.Integer({
      minimum: 1,
      default: 128,
      description: 'How many document tokens each window starts after the one before; at most, windows touch.',
    }),
    max_query_length: Type.Integer({
      minimum: 0,
      default: 64,
      description: 'A question is cut off after so many pieces.',
    }),
    cls_token_at_end: Type.Boolean({
      default: false,
      description: 'For models that put [CLS] last (XLNet).',
    }),
    cls_token_segment_id: segment(0, '[CLS]'),
    sequence_a_segment_id: segment(0, 'the question and its [SEP]'),
    sequence_b_segment_id: segment(1, 'the document part and its [SEP]'),
    pad_token: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Id of the padding token. By default that of [PAD].' }),
    ),
    pad_token_segment_id: segment(0, 'padding'),
    mask_padding_with_zero: Type.Boolean({
      default: true,
      description: 'True: input_mask is 1 on tokens and 0 on padding. False: the other way round.',
    }),
    log_examples: outOfKey(
      Type.Integer({
        minimum: 0,
        default: 20,
        'x-text-records': true,
        description: 'How many of the first windows `pipeline cat … --format text` shows.',
      }),
    ),
  }),
  inputs: { pieces: Pieces },
  outputs: { windows: Windows },
  resources: { blocking: true },

  check({ config: { max_seq_length, pad_token }, facts }) {
    const problems: Problem[] = []
    if (max_seq_length < 5)
      problems.push({
        code: 'no-room',
        at: '/max_seq_length',
        message: `Expected max_seq_length to be at least 5, for [CLS], two [SEP], and a piece each of the question and of the document; found ${max_seq_length}.`,
      })
    const size = facts.pieces?.vocab_size
    if (pad_token !== undefined && typeof size?.value === 'number' && pad_token >= size.value)
      problems.push({
        code: 'no-such-token',
        at: '/pad_token',
        message: `Expected pad_token to be an id below ${size.value}, the size of the vocabulary (${size.where}); found ${pad_token}.`,
      })
    return problems
  },
  facts: ({ config: { max_seq_length, doc_stride, max_query_length } }) => ({
    max_seq_length,
    doc_stride,
    max_query_length,
  }),

  run({ config: { log_examples: _, pad_token, ...config }, inputs: { pieces }, log }) {
    const { windows, skipped, empty } = makeWindows(pieces, {
      ...config,
      pad_token: pad_token ?? pieces.tokenizer.vocab.lastIndexOf('[PAD]'),
    })
    if (skipped.length > 0)
      log.warn(`${count(skipped.length, 'question')} left out: their answer has no pieces. ${firstFew(skipped)}`)
    if (empty.length > 0)
      log.warn(`${count(empty.length, 'question')} without a window: their context has no pieces. ${firstFew(empty)}`)
    log.info(`${count(windows.example_index.length, 'window')} for ${count(windows.ids.length, 'question')}`)
    return { windows }
  },
})
