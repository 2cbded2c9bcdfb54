import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { casePath, caseText, expected, normalized, runCase } from './case.ts'

describe('windows equal those of the reference', () => {
  it.each([
    ['03-answer-start-off-by-one'],
    ['05-emoji-offsets'],
    ['06-bom-and-crlf'],
    ['11-accents-and-lowercase'],
    ['14-long-and-unknown-words'],
    ['17-cased-vocab-lowercased'],
    ['20-stride-beyond-window'],
    ['22-answer-across-windows'],
  ])('%s', async name => {
    const { examples, dropped = [], features } = expected(name)
    const run = await runCase(name)
    expect(run.examples.ids).toEqual(examples)
    expect(run.records).toEqual(features.map(normalized))
    for (const id of dropped) expect(run.warnings.read.join()).toContain(id)
  })

  it.each([['11-accents-and-lowercase'], ['17-cased-vocab-lowercased']])('%s, cased', async name => {
    const run = await runCase(name, { tokenize: { do_lower_case: false } })
    expect(run.records).toEqual(expected(name).cased.map(normalized))
    expect(run.warnings).toEqual({ read: [], tokenize: [], span: [] })
  })

  it('61-cjk-context-without-spaces', async () => {
    const { records } = await runCase('61-cjk-context-without-spaces')
    const lines = caseText('61-cjk-context-without-spaces', 'expected.jsonl').trimEnd().split('\n')
    expect(records).toEqual(lines.map(line => normalized(JSON.parse(line))))
  })

  it('20-stride-beyond-window: no token lost, none twice', async () => {
    const { records, pieces } = await runCase('20-stride-beyond-window')
    const held = records.reduce((sum, { paragraph_len }) => sum + paragraph_len, 0)
    expect(held).toBe(pieces.context_pieces.values.length)
  })
})

describe('09-vocab-line-number-is-id', () => {
  const name = '09-vocab-line-number-is-id'
  it.each(Object.entries(expected(name).input_ids))('%s', async (file, ids) => {
    const { records } = await runCase(name, { tokenize: { vocab: `./${file}` } })
    expect(records[0]!.input_ids).toEqual(ids)
  })

  it('names a repeated token with both of its lines', async () => {
    const { warnings } = await runCase(name, { tokenize: { vocab: './dup.txt' } })
    expect(warnings.tokenize).toEqual([
      '2 tokens of the vocabulary repeated: the later line is the id. cat (lines 14 and 90), mat (lines 18 and 91)',
      'do_lower_case is true, but the vocabulary holds words in upper case: 0 of 11 pieces became [UNK].',
    ])
  })

  it('refuses a vocabulary without [CLS]', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vocabulary-'))
    const vocab = join(folder, 'no-cls.txt')
    writeFileSync(vocab, caseText(name, 'nonewline.txt').replace('[CLS]\n', ''))
    await expect(runCase(name, { tokenize: { vocab } })).rejects.toMatchObject({
      problem: {
        code: 'missing-tokens',
        message: 'Expected a vocabulary with [PAD], [UNK], [CLS], [SEP] and [MASK]; of its 88 tokens none is [CLS].',
        file: vocab,
      },
    })
    rmSync(folder, { recursive: true })
  })
})

describe('01-exactly-one-answer', () => {
  const name = '01-exactly-one-answer'
  const several =
    'Several answers: this looks like dev data (dev data has several answers a question); set `for: evaluation`.'
  it.each([
    [
      false,
      '2 questions do not have exactly one answer: q-none (0 answers), q-three (3 answers).',
      `Questions without an answer are SQuAD v2.0: set \`version_2_with_negative: true\`.\n${several}`,
      '/data/0/paragraphs/0/qas/1',
    ],
    [true, '1 question does not have exactly one answer: q-three (3 answers).', several, '/data/0/paragraphs/0/qas/2'],
  ])('version_2_with_negative: %s', (version_2_with_negative, message, hint, pointer) =>
    expect(runCase(name, { read: { version_2_with_negative } })).rejects.toMatchObject({
      problem: { code: 'answer-count', message, hint, file: casePath(name, 'data.json'), pointer },
    }),
  )
})

describe('18-no-room-for-document', () => {
  const name = '18-no-room-for-document'
  it.each([
    ['./data.json', 'q14', 14, 17, 18],
    ['./zero.json', 'q13', 13, 16, 17],
  ])('%s', (file, id, pieces, places, enough) =>
    expect(runCase(name, { read: { file }, span: { max_seq_length: 16 } })).rejects.toMatchObject({
      problem: {
        code: 'no-room',
        message: `Question ${id} leaves no room for its document: ${pieces} of its ${pieces} pieces and 3 special tokens are ${places} of 16 places in a window (max_seq_length 16, max_query_length 64, doc_stride 8).`,
        hint: `Set max_seq_length to at least ${enough}, or max_query_length to at most 12.`,
      },
    }),
  )
})
