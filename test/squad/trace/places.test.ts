import { describe, expect, it } from 'vitest'
import { placesOf, wordsHolding } from '../../../src/squad/trace/places.ts'
import { make, squad } from '../kept.ts'

describe('the words that hold a text', () => {
  it.each([
    ['in the middle', 'b c', 'a b c d', [{ start_word: 1, end_word: 2, before: 0, after: 0 }]],
    ['inside a word', '1895', 'in (1895-1943).', [{ start_word: 1, end_word: 1, before: 1, after: 7 }]],
    [
      'twice',
      'b',
      'b a  b',
      [
        { start_word: 0, end_word: 0, before: 0, after: 0 },
        { start_word: 2, end_word: 2, before: 0, after: 0 },
      ],
    ],
    ['behind a character of two units', '东', '𐐀东西', [{ start_word: 0, end_word: 0, before: 1, after: 1 }]],
    ['nowhere', 'x', 'a b', []],
    ['of nothing', '', 'a b', []],
  ])('%s', (_, text, context, expected) => expect(wordsHolding(text, context)).toEqual(expected))
})

describe('the pieces of a text', () => {
  const vocab = [
    '[PAD]',
    '[UNK]',
    '[CLS]',
    '[SEP]',
    '[MASK]',
    'in',
    '(',
    '1895',
    '-',
    '19',
    '##43',
    ')',
    '.',
    '东',
    '西',
    '?',
  ]
  const placeOf = async (text: string, context: string) => {
    const data = squad(context, { id: 'q', answers: [[context.slice(0, 1), 0]] })
    const { windows } = await make(data, { vocab: vocab.join('\n'), lengths: [32, 8, 8] })
    return placesOf(text, context, windows, 0)
  }
  it.each([
    ['1895', 'in (1895-1943).', { start_word: 1, end_word: 1, start_piece: 2, end_piece: 2, exact: true }],
    ['1895-1943', 'in (1895-1943).', { start_word: 1, end_word: 1, start_piece: 2, end_piece: 5, exact: true }],
    ['in (1895', 'in (1895-1943).', { start_word: 0, end_word: 1, start_piece: 0, end_piece: 2, exact: true }],
    ['西', '东西', { start_word: 0, end_word: 0, start_piece: 1, end_piece: 1, exact: true }],
    // `[UNK]` stands for any number of characters: the whole word is taken.
    ['xyz', 'in (xyz).', { start_word: 1, end_word: 1, start_piece: 1, end_piece: 4, exact: false }],
  ])('%s in %s', async (text, context, expected) => expect(await placeOf(text, context)).toEqual([expected]))
})
