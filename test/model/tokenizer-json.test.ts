import { Tokenizer } from '@huggingface/tokenizers'
import { describe, expect, it } from 'vitest'
import { random } from '../../src/model/random.ts'
import { tokenizerJson } from '../../src/model/tokenizer-json.ts'
import { parseVocabulary, wordPieces } from '../../src/squad/index.ts'
import { caseText } from '../squad/case.ts'

const vocabulary = parseVocabulary(
  `${caseText('65-resume-gives-the-same-weights', 'm', 'vocab.txt')}caf\ncafé\nCat\n日\n本\n__proto__\nthe\n`,
)
const texts = [
  'A cat is by the house.',
  'CAFÉ café cafés',
  '日本 日本語',
  '[SEP] inside[MASK]a word, and [CLS]',
  '__proto__ constructor',
  'tabs\tand\u00a0spaces\u0000\u200d!',
  '',
]

describe.each([true, false])('a tokenizer.json with lowercase: %s', lowercase => {
  const json = JSON.parse(tokenizerJson({ vocab: vocabulary.tokens, do_lower_case: lowercase }))
  const tokenizer = new Tokenizer(json, {})
  const ours = wordPieces(vocabulary.ids, lowercase)
  const ids = (text: string) => tokenizer.encode(text, { add_special_tokens: false }).ids

  it.each(texts)('cuts as ours does: %s', text => {
    expect(ids(text)).toEqual(ours(text))
  })

  it('cuts made-up texts as ours does', () => {
    const { uniform } = random(1)
    const pick = (all: readonly string[]) => all[Math.floor(uniform() * all.length)]!
    const parts = [...vocabulary.tokens.filter(token => !token.startsWith('[')), ' ', ' ', '.', '-', 'É', 'ß', '##']
    for (let at = 0; at < 200; at++) {
      const text = Array.from({ length: 12 }, () => pick(parts)).join('')
      expect([text, ids(text)]).toEqual([text, ours(text)])
    }
  })

  it('lays a question and a context out as windows are', () => {
    const [cls, sep] = [vocabulary.ids.get('[CLS]')!, vocabulary.ids.get('[SEP]')!]
    const { ids, token_type_ids } = tokenizer.encode('a cat', { text_pair: 'the house', return_token_type_ids: true })
    const [question, context] = [ours('a cat'), ours('the house')]
    expect(ids).toEqual([cls, ...question, sep, ...context, sep])
    expect(token_type_ids).toEqual(ids.map((_: number, at: number) => (at < question.length + 2 ? 0 : 1)))
  })
})

it('gives a token that stands twice its later id', () => {
  const first = vocabulary.tokens.indexOf('the')
  expect(vocabulary.tokens.lastIndexOf('the')).toBeGreaterThan(first)
  expect(JSON.parse(tokenizerJson({ vocab: vocabulary.tokens, do_lower_case: true })).model.vocab.the).toBe(
    vocabulary.tokens.lastIndexOf('the'),
  )
})
