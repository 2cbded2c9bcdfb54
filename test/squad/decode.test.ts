import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bestIndexes } from '../../src/squad/best-indexes.ts'
import { decode } from '../../src/squad/decode.ts'
import { decodeWindows, type WindowLogits } from '../../src/squad/decode-windows.ts'
import { finalText, joinPieces } from '../../src/squad/final-text.ts'
import { keepQuestions } from '../../src/squad/keep-questions.ts'
import { makeWindows } from '../../src/squad/make-windows.ts'
import { readExamples } from '../../src/squad/read-examples.ts'
import { tokenizeExamples } from '../../src/squad/tokenize-examples.ts'
import { parseVocabulary } from '../../src/squad/vocabulary.ts'
import { defaultWindowSettings } from '../../src/squad/window-layout.ts'
import { hasShared, sharedBytes, sharedJson } from '../shared.ts'

const defaults = { n_best_size: 20, max_answer_length: 30, null_score_diff_threshold: 0 }

/** Evaluation windows of SQuAD-form data, lower-cased. */
async function prepare(data: unknown, vocab: string, v2: boolean, lengths: readonly [number, number, number]) {
  const settings = { for: 'evaluation', version_2_with_negative: v2 } as const
  const { examples } = readExamples(data, settings, 'data.json')
  const { pieces } = await tokenizeExamples(examples, parseVocabulary(vocab), true)
  const [max_seq_length, doc_stride, max_query_length] = lengths
  const { windows } = makeWindows(pieces, { ...defaultWindowSettings, max_seq_length, doc_stride, max_query_length })
  return { examples, windows }
}

describe('bestIndexes', () => {
  it.each([
    [[1, 3, 2], 2, [1, 2]],
    [[2, 2, 3, 2], 3, [2, 0, 1]],
    [[1], 5, [0]],
    [[], 5, []],
  ])('of %j, the best %i are at %j', (values, count, best) => expect(bestIndexes(values, count)).toEqual(best))
})

describe('finalText', () => {
  it.each([
    ['steve smith', "Steve Smith's", true, 'Steve Smith'],
    ['1895 - 1943', '(1895-1943).', true, '1895-1943'],
    ['cafe', 'Café,', true, 'Café'],
    ['𐐨b', '“𐐀b”', true, '𐐀b'],
    ['smith', 'Jones', true, 'Jones'],
    ['##mith', 'Smith', true, 'Smith'],
    ['steve', 'Steve', false, 'Steve'],
    ['', 'Smith', true, 'Smith'],
    ['東 京', '東京都', true, '東京'],
  ])('%j in %j, lower-cased: %s → %j', (predicted, original, lower, text) =>
    expect(finalText(predicted, original, lower)).toBe(text),
  )

  it('joins pieces to words, but keeps a beginning inside a word', () =>
    expect(joinPieces(['##ing', 'un', '##want', '##ed', '.'])).toBe('##ing unwanted .'))
})

describe('decode', () => {
  const none = { ...defaults, do_lower_case: true, version_2_with_negative: false }
  const question = { words: ['Blue', 'river', 'runs'] }
  it.each([
    ['v1.1', false, { prediction: 'empty', nbest: [{ text: 'empty', probability: 1, start_logit: 0, end_logit: 0 }] }],
    [
      'v2.0',
      true,
      {
        prediction: '',
        null_odds: 1_000_000,
        nbest: [
          { text: 'empty', probability: 0.5, start_logit: 0, end_logit: 0 },
          { text: '', probability: 0.5, start_logit: 0, end_logit: 0 },
        ],
      },
    ],
  ])('answers a question without windows as the reference does (%s)', (_, version_2_with_negative, decoded) =>
    expect(decode(question, [], { ...none, version_2_with_negative })).toEqual(decoded),
  )

  // [CLS] question [SEP] blue river runs [SEP], and the same with [CLS] last: what stands at 0 is another token.
  it.each([
    ['first', ['[CLS]', 'q', '[SEP]', 'blue', 'river', 'runs', '[SEP]'], [4, -9, 0, 1, 2, 0, 0]],
    ['last', ['q', '[SEP]', 'blue', 'river', 'runs', '[SEP]', '[CLS]'], [-9, 0, 1, 2, 0, 0, 4]],
  ])('reads the score of no answer at [CLS], where that stands %s', (_, tokens, logits) => {
    const document = tokens.indexOf('blue')
    const word = (at: number) => (at >= document && at < document + 3 ? at - document : -1)
    const cls_index = tokens.indexOf('[CLS]')
    const view = { unique_id: 1, example_index: 0, cls_index, tokens, word, isMaxContext: () => true }
    const scored = [{ window: view, start: logits, end: logits }]
    const { prediction, nbest, null_odds } = decode(question, scored, { ...none, version_2_with_negative: true })
    expect([prediction, null_odds]).toEqual(['', 8 - 4])
    expect(nbest.slice(0, 2).map(({ text }) => text)).toEqual(['', 'river'])
  })
})

describe('decodeWindows', async () => {
  const file = (name: string) =>
    readFileSync(new URL(`../cases/45-nbest-and-invalid-spans/${name}`, import.meta.url), 'utf8')
  const { examples, windows } = await prepare(JSON.parse(file('data.json')), file('vocab.txt'), false, [24, 16, 8])
  const logits: { unique_id: number; start_logits: number[]; end_logits: number[] }[] = JSON.parse(file('logits.json'))
  const of = (index: number): WindowLogits | undefined => {
    const found = logits.find(each => each.unique_id === 1_000_000_000 + index)
    return found && { start: found.start_logits, end: found.end_logits }
  }
  const options = { ...defaults, n_best_size: 5, max_answer_length: 8 }

  it('has the n-best of the reference (case 45)', () => {
    const expected: { predictions: Record<string, string>; nbest: Record<string, { probability: number }[]> } =
      JSON.parse(file('expected.json'))
    const close = (each: { probability: number }) => ({ ...each, probability: expect.closeTo(each.probability, 6) })
    expect([...decodeWindows(examples, windows, of, options)]).toEqual(
      examples.ids.map(id => ({ id, prediction: expected.predictions[id], nbest: expected.nbest[id]!.map(close) })),
    )
    expect(examples.ids).toEqual(Object.keys(expected.predictions))
  })

  it.each([
    ['a question less', (index: number) => index > 0, 'question 1 is "q1" in the windows and "q2" in the examples'],
    [
      'the last question less',
      (index: number) => index < 1,
      'question 2 is "q2" in the windows and none in the examples',
    ],
  ])('refuses examples that have %s', (_, keep, difference) =>
    expect(() => decodeWindows(keepQuestions(examples, keep), windows, of, options)).toThrow(
      `Expected windows and examples of the same questions; ${difference}.`,
    ),
  )

  it.each([
    ['none', undefined, 'Expected the logits of window 1000000000 (question q1); there are none.'],
    [
      'too few',
      { start: [1, 2], end: [1] },
      'Expected the logits of window 1000000000 (question q1), 24 starts and ends; found 1.',
    ],
  ])('names the window that has %s', (_, given, message) =>
    expect(() => [...decodeWindows(examples, windows, () => given, options)]).toThrow(message),
  )

  it.runIf(hasShared).each(['predict-v1.1', 'predict-v2.0'])('agrees with the reference on %s', async name => {
    const oracle = <T>(path: string) => sharedJson<T>(`oracle/${name}/${path}`)
    const v2 = name === 'predict-v2.0'
    const vocab = sharedBytes('vocab/bert-base-uncased-vocab.txt').toString('utf8')
    const prepared = await prepare(oracle('examples.json'), vocab, v2, [96, 32, 64])
    const given = oracle<Record<string, WindowLogits>>('logits.json.gz')
    const decoded = [
      ...decodeWindows(prepared.examples, prepared.windows, index => given[1_000_000_000 + index], defaults),
    ]
    expect(Object.fromEntries(decoded.map(each => [each.id, each.prediction]))).toEqual(oracle('predictions.json'))
    const nbest = oracle<Record<string, { text: string; probability: number }[]>>('nbest.json.gz')
    for (const each of decoded) {
      const expected = nbest[each.id]!
      expect(each.nbest.map(({ text }) => text)).toEqual(expected.map(({ text }) => text))
      each.nbest.forEach(({ probability }, i) => {
        expect(Math.abs(probability - expected[i]!.probability)).toBeLessThan(1e-6)
      })
    }
    const odds = v2 ? oracle<Record<string, number>>('null_odds.json') : {}
    for (const each of decoded) {
      if (v2) expect(Math.abs(each.null_odds! - odds[each.id]!)).toBeLessThan(1e-9)
      else expect(each.null_odds).toBeUndefined()
    }
  })
})
