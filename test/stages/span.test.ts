import { parseVocabulary, readExamples, tokenizeExamples } from 'sluice/squad'
import { checkStage, testStage } from 'sluice/testing'
import { describe, expect, it } from 'vitest'
import span from '../../stages/span.ts'

const vocabulary = parseVocabulary(['[UNK]', '[CLS]', '[SEP]', '[MASK]', '[PAD]', ...'abcxyz'].join('\n'))

async function piecesOf(context: string, qas: readonly (readonly [question: string, answer: string, start: number])[]) {
  const list = qas.map(([question, text, answer_start], i) => ({
    id: `q${i}`,
    question,
    answers: [{ text, answer_start }],
  }))
  const json = { data: [{ paragraphs: [{ context, qas: list }] }] }
  const { examples } = readExamples(json, { for: 'training', version_2_with_negative: false }, 'data.json')
  return (await tokenizeExamples(examples, vocabulary, true)).pieces
}

describe('span', () => {
  it('has the defaults of the field, and the padding token of the vocabulary', async () => {
    const pieces = await piecesOf('a b c', [['x', 'b', 2]])
    const { outputs, warnings, infos } = await testStage(span, { inputs: { pieces } })
    expect(outputs.windows.settings).toEqual({
      max_seq_length: 384,
      doc_stride: 128,
      max_query_length: 64,
      cls_token_at_end: false,
      cls_token_segment_id: 0,
      sequence_a_segment_id: 0,
      sequence_b_segment_id: 1,
      pad_token: 4,
      pad_token_segment_id: 0,
      mask_padding_with_zero: true,
    })
    expect([warnings, infos]).toEqual([[], ['1 window for 1 question']])
  })

  it('says which questions it leaves out, and which have no window', async () => {
    const left = await piecesOf('a \u200b', [
      ['x', '\u200b', 2],
      ['x', 'a', 0],
    ])
    expect((await testStage(span, { inputs: { pieces: left } })).warnings).toEqual([
      '1 question left out: their answer has no pieces. q0',
    ])
    const empty = { ...(await piecesOf('a', [['x', 'a', 0]])), for: 'evaluation' as const }
    const none = { values: new Int32Array(0), offsets: Int32Array.of(0, 0) }
    const pieces = { ...empty, context_pieces: none, context_words: none }
    expect((await testStage(span, { inputs: { pieces } })).warnings).toEqual([
      '1 question without a window: their context has no pieces. q0',
    ])
  })

  it('refuses a question that leaves no room', async () => {
    const pieces = await piecesOf('a', [['x y z', 'a', 0]])
    await expect(testStage(span, { config: { max_seq_length: 6 }, inputs: { pieces } })).rejects.toMatchObject({
      problem: {
        code: 'no-room',
        message:
          'Question q0 leaves no room for its document: 3 of its 3 pieces and 3 special tokens are 6 of 6 places in a window (max_seq_length 6, max_query_length 64, doc_stride 128).',
        hint: 'Set max_seq_length to at least 7, or max_query_length to at most 2.',
      },
    })
    const { outputs } = await testStage(span, {
      config: { max_seq_length: 6, max_query_length: 2 },
      inputs: { pieces },
    })
    expect(outputs.windows.query_pieces.values).toHaveLength(2)
  })
})

describe('before anything runs', () => {
  it.each([
    [{ max_seq_length: 5, doc_stride: 1, max_query_length: 500 }, []],
    [
      { max_seq_length: 4 },
      [
        {
          code: 'no-room',
          at: '/max_seq_length',
          message:
            'Expected max_seq_length to be at least 5, for [CLS], two [SEP], and a piece each of the question and of the document; found 4.',
        },
      ],
    ],
  ])('%j', async (config, problems) => {
    const defaults = { max_seq_length: 384, doc_stride: 128, max_query_length: 64 }
    expect(await checkStage(span, { config })).toEqual({ problems, facts: { ...defaults, ...config } })
  })

  it('knows the vocabulary', async () => {
    const facts = { pieces: { vocab_size: { value: 30522, stage: 'tokenize', where: 'squad.yaml:6' } } }
    expect((await checkStage(span, { config: { pad_token: 30522 }, facts })).problems).toEqual([
      {
        code: 'no-such-token',
        at: '/pad_token',
        message: 'Expected pad_token to be an id below 30522, the size of the vocabulary (squad.yaml:6); found 30522.',
      },
    ])
    expect((await checkStage(span, { config: { pad_token: 30521 }, facts })).problems).toEqual([])
  })

  it.each([
    [{ doc_stride: 0 }, '/doc_stride'],
    [{ doc_stride: 1.5 }, '/doc_stride'],
    [{ max_query_length: -1 }, '/max_query_length'],
    [{ max_seq_length: '384' }, '/max_seq_length'],
    [{ sequence_b_segment_id: 256 }, '/sequence_b_segment_id'],
    [{ pad_token_segment_id: 256 }, '/pad_token_segment_id'],
  ])('the schema refuses %j', (config, pointer) => expect(checkStage(span, { config })).rejects.toThrow(pointer))

  it('keeps log_examples out of the key', () =>
    expect(span.config.properties.log_examples).toHaveProperty('x-key', false))
})
