import { describe, expect, it } from 'vitest'
import {
  isCased,
  missingTokens,
  parseVocabulary,
  specialTokens,
  vocabularyMistake,
  vocabularySize,
} from '../../src/squad/vocabulary.ts'

describe('parseVocabulary', () => {
  it.each([
    ['nothing', '', []],
    ['a last line with and without its end', 'a\nb\n', ['a', 'b']],
    ['', 'a\nb', ['a', 'b']],
    ['CRLF', 'a\r\nb\r\n', ['a', 'b']],
    ['one CR is dropped, and only before LF', 'a\r\r\nb\rc\n', ['a\r', 'b\rc']],
    ['blank lines count', 'a\n\nb\n\n', ['a', '', 'b', '']],
    ['nothing is trimmed', ' a \n\u2028\n\u0085b\n\ufeff', [' a ', '\u2028', '\u0085b', '\ufeff']],
    ['names of properties', '__proto__\nconstructor', ['__proto__', 'constructor']],
  ])('%s %j', (_, text, tokens) => {
    const vocabulary = parseVocabulary(text)
    expect(vocabulary.tokens).toEqual(tokens)
    expect(vocabularySize(text)).toBe(tokens.length)
    tokens.forEach((token, id) => {
      if (tokens.lastIndexOf(token) === id) expect(vocabulary.ids.get(token)).toBe(id)
    })
    expect(vocabulary.ids.has('toString')).toBe(false)
  })

  it('takes the later line of a repeated token, and says so', () => {
    const { ids, repeated } = parseVocabulary('a\nb\na\n\n\na\n')
    expect(ids.get('a')).toBe(5)
    expect(repeated).toEqual([
      { token: 'a', earlier: 1, later: 3 },
      { token: 'a', earlier: 3, later: 6 },
    ])
  })
})

describe('missingTokens', () => {
  it.each([
    [specialTokens.join('\n'), []],
    ['[PAD]\n[UNK]\n[CLS]\n[SEP]\n[mask]', ['[MASK]']],
    ['', [...specialTokens]],
  ])('%j', (text, missing) => expect(missingTokens(parseVocabulary(text))).toEqual(missing))
})

describe('vocabularyMistake', () => {
  const expected = 'Expected a vocabulary with [PAD], [UNK], [CLS], [SEP] and [MASK]'
  it.each([
    [specialTokens.join('\n'), undefined],
    ['[PAD]\n[UNK]\n[CLS]', `${expected}; of its 3 tokens none is [SEP] or [MASK].`],
    ['', `${expected}, found an empty file.`],
  ])('%j', (text, mistake) => expect(vocabularyMistake(parseVocabulary(text))).toBe(mistake))
})

describe('isCased: over 1 % of the tokens hold an upper-case letter', () => {
  const plain = Array.from({ length: 199 }, (_, i) => `w${i}`)
  it.each([
    ['none', plain, false],
    ['tokens in brackets', [...plain, '[CLS]', '[MASK]', '[unused1]', '[X]'], false],
    ['one in 200', [...plain, 'Abc'], false],
    ['three in 202', [...plain, 'Abc', '##Dé', 'É'], true],
  ])('%s', (_, tokens, cased) => expect(isCased(parseVocabulary(tokens.join('\n')))).toBe(cased))
})
