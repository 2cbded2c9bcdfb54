import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { casePath, caseText, expected, normalized, runCase } from './case.ts'

const problem = (run: Promise<unknown>) => run.then(
  () => 'no error',
  error => error.problem ?? error,
)

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
    ])
  })

  it('refuses a vocabulary without [CLS]', async () => {
    const vocab = join(tmpdir(), 'vocab-without-cls.txt')
    await writeFile(vocab, readFileSync(casePath(name, 'nonewline.txt'), 'utf8').replace('[CLS]\n', ''))
    expect(await problem(runCase(name, { tokenize: { vocab } }))).toEqual({})
  })
})

describe('refused', () => {
  it('01-exactly-one-answer', async () => {
    const name = '01-exactly-one-answer'
    expect(await problem(runCase(name))).toEqual({})
    expect(await problem(runCase(name, { read: { version_2_with_negative: true } }))).toEqual({})
  })

  it.each([
    ['./data.json', { max_seq_length: 16 }],
    ['./zero.json', { max_seq_length: 16 }],
  ])('18-no-room-for-document: %s', async (file, span) => {
    expect(await problem(runCase('18-no-room-for-document', { read: { file }, span }))).toEqual({})
  })
})
