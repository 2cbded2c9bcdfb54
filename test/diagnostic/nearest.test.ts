import { describe, expect, test } from 'vitest'
import { didYouMean, nearest } from '../../src/diagnostic/nearest.ts'

const parameters = [
  'max_seq_length',
  'doc_stride',
  'max_query_length',
  'learning_rate',
  'lr_scheduler',
  'train_batch_size',
  'num_train_epochs',
  'max_steps',
]
const stages = ['read', 'tokenize', 'span', 'cache', 'train', 'save', 'predict', 'evaluate', 'shell']

describe('nearest', () => {
  const rows: readonly [word: string, candidates: readonly string[], expected: string | undefined][] = [
    // The same but for case, `-` and `_`.
    ['doc-stride', parameters, 'doc_stride'],
    ['Doc_Stride', parameters, 'doc_stride'],
    ['MAX-SEQ-LENGTH', parameters, 'max_seq_length'],
    // Initials.
    ['lr', parameters, 'learning_rate'],
    ['tbs', parameters, 'train_batch_size'],
    ['ms', ['max_steps', 'min_size'], undefined],
    // Typing slips.
    ['max_seq_len', parameters, 'max_seq_length'],
    ['stage', ['name', 'vars', 'profiles', 'stages'], 'stages'],
    ['tokenise', stages, 'tokenize'],
    ['spann', stages, 'span'],
    ['sapn', stages, 'span'],
    ['vars.strid', ['vars.base', 'vars.vocab', 'vars.stride'], 'vars.stride'],
    ['leraning_rate', parameters, 'learning_rate'],
    ['pair', ['fair', 'hair'], 'fair'],
    // Whole words.
    ['batch_size', parameters, 'train_batch_size'],
    ['epochs', parameters, 'num_train_epochs'],
    ['stride', parameters, 'doc_stride'],
    ['max', parameters, undefined],
    // Nothing near.
    ['dropout', parameters, undefined],
    ['x', ['y', 'z'], undefined],
    ['abc', ['xyz'], undefined],
    ['span', ['span'], undefined],
    ['', ['a'], undefined],
    ['a', [], undefined],
  ]
  test.each(rows)('%s', (word, candidates, expected) => expect(nearest(word, candidates)).toBe(expected))
})

describe('didYouMean', () => {
  const many = Array.from({ length: 14 }, (_, index) => `choice${index}`)
  const rows: readonly [word: string, candidates: readonly string[], expected: string | undefined][] = [
    ['spann', stages, 'Did you mean `span`?'],
    ['qqqqqq', ['a', 'b'], 'Known here: `a`, `b`.'],
    [
      'q',
      many,
      `Known here: ${many
        .slice(0, 12)
        .map(name => `\`${name}\``)
        .join(', ')}, ….`,
    ],
    ['q', [], undefined],
  ]
  test.each(rows)('%s among %j', (word, candidates, expected) => expect(didYouMean(word, candidates)).toBe(expected))
})
