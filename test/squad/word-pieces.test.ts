import { describe, expect, it } from 'vitest'
import { basicTokenize } from '../../src/squad/basic-tokenizer.ts'
import { specialTokens } from '../../src/squad/vocabulary.ts'
import { wordPieces } from '../../src/squad/word-pieces.ts'

const dropped = '\u0000\ufffd\u00ad\u200b\ufeff\u0007\u0085\ud83d\ue000\u0378\u{e0001}'

describe('basicTokenize', () => {
  it.each([
    ['', [], []],
    ['Hello', ['hello'], ['Hello']],
    ['a-b (1895)', ['a', '-', 'b', '(', '1895', ')'], ['a', '-', 'b', '(', '1895', ')']],
    ['Café İSTANBUL', ['cafe', 'istanbul'], ['Café', 'İSTANBUL']],
    // Cased text keeps its form: no NFC.
    ['e\u0301', ['e'], ['e\u0301']],
    ['가', ['\u1100\u1161'], ['가']],
    [`a${dropped}b`, ['ab'], ['ab']],
    ['a\tb\nc\rd\u00a0e\u3000f\u2028g', ['a', 'b', 'c', 'd', 'e', 'f', 'g'], ['a', 'b', 'c', 'd', 'e', 'f', 'g']],
    ['天气x。', ['天', '气', 'x', '。'], ['天', '气', 'x', '。']],
    // Ideographs beyond U+FFFF too; kana and Hangul stay together.
    ['a𠀀b', ['a', '𠀀', 'b'], ['a', '𠀀', 'b']],
    ['カナ', ['カナ'], ['カナ']],
    ['$a+b^c`~|', ['$', 'a', '+', 'b', '^', 'c', '`', '~', '|'], ['$', 'a', '+', 'b', '^', 'c', '`', '~', '|']],
    ['€5 «q»', ['€5', '«', 'q', '»'], ['€5', '«', 'q', '»']],
    ['ΟΔΟΣ', ['οδος'], ['ΟΔΟΣ']],
  ])('%j', (text, lower, cased) => {
    expect(basicTokenize(text, true)).toEqual(lower)
    expect(basicTokenize(text, false)).toEqual(cased)
  })
})

describe('wordPieces', () => {
  const tokens = [...specialTokens, 'un', '##want', '##ed', '##e', 'x', '##x', 'constructor', '__proto__', '天', 'ed']
  const ids = new Map(tokens.map((token, id) => [token, id]))
  const cut = (text: string, lower = true) => wordPieces(ids, lower)(text).map(id => tokens[id])

  it.each([
    ['unwanted', ['un', '##want', '##ed']],
    ['unwantedy', ['[UNK]']],
    ['un-ed', ['un', '[UNK]', 'ed']],
    ['constructor __proto__ toString', ['constructor', '[UNK]', '[UNK]', '[UNK]', '[UNK]', '[UNK]', '[UNK]']],
    ['天天', ['天', '天']],
    ['[SEP]', ['[SEP]']],
    ['un[SEP]ed[MASK][PAD]', ['un', '[SEP]', 'ed', '[MASK]', '[PAD]']],
    ['[sep]', ['[UNK]', '[UNK]', '[UNK]']],
    ['[UNK', ['[UNK]', '[UNK]']],
    ['\u200b', []],
  ])('%j', (text, pieces) => expect(cut(text)).toEqual(pieces))

  it('leaves special tokens whole in cased text too', () =>
    expect(cut('x[CLS]X', false)).toEqual(['x', '[CLS]', '[UNK]']))

  it('cuts words of up to 100 characters', () => {
    expect(cut('x'.repeat(100))).toHaveLength(100)
    expect(cut('x'.repeat(101))).toEqual(['[UNK]'])
  })
})
