import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { readExamples } from 'sluice/squad'
import { checkStage, testStage } from 'sluice/testing'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import tokenize from '../../stages/tokenize.ts'

const folder = mkdtempSync(join(tmpdir(), 'tokenize-'))
afterAll(() => rmSync(folder, { recursive: true }))

const special = '[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n'
const uncased = `${special}the\ncat\nsat\n?\nwhere\n`
const cased = `${special}The\nCat\nsat\n?\nWhere\nthe\n`
const { examples } = readExamples(
  {
    data: [
      {
        paragraphs: [
          {
            context: 'The Cat sat',
            qas: [{ id: 'q', question: 'Where?', answers: [{ text: 'Cat', answer_start: 4 }] }],
          },
        ],
      },
    ],
  },
  { for: 'training', version_2_with_negative: false },
  'data.json',
)

/** Files of the test's folder, by name; folders are made. */
const files = (contents: Readonly<Record<string, string | Buffer>>) => {
  for (const [name, content] of Object.entries(contents)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
}
beforeEach(() => {
  rmSync(folder, { recursive: true })
  mkdirSync(folder)
})
const run = (config: Readonly<Record<string, unknown>>) =>
  testStage(tokenize, { folder, config, inputs: { examples }, unchecked: true })
const check = (config: Readonly<Record<string, unknown>>) => checkStage(tokenize, { folder, config })
const problem = async (running: Promise<unknown>) =>
  running.then(
    () => 'no error',
    error => error.problem ?? error,
  )

describe('tokenizes', () => {
  it.each([
    ['with a vocabulary file', { 'vocab.txt': uncased }, { vocab: 'vocab.txt', do_lower_case: true }],
    ['a compressed one', { 'vocab.txt.gz': gzipSync(uncased) }, { vocab: 'vocab.txt.gz', do_lower_case: true }],
    [
      'with a model folder',
      { 'bert/vocab.txt': uncased, 'bert/tokenizer_config.json': '{"do_lower_case": true}' },
      { vocab: 'bert' },
    ],
    [
      'with a file beside a tokenizer_config.json',
      { 'vocab.txt': uncased, 'tokenizer_config.json': '{"do_lower_case": true}' },
      { vocab: 'vocab.txt' },
    ],
  ])('%s', async (_, contents, config) => {
    files(contents)
    const { outputs, warnings, infos } = await run(config)
    expect(outputs.pieces.tokenizer).toEqual({ vocab: uncased.trimEnd().split('\n'), do_lower_case: true })
    expect(outputs.pieces.context_pieces.values).toEqual(Int32Array.of(5, 6, 7))
    expect(outputs.pieces.question_pieces.values).toEqual(Int32Array.of(9, 8))
    expect(outputs.pieces.answer_pieces.values).toEqual(Int32Array.of(6))
    expect([outputs.pieces.start_piece[0], outputs.pieces.end_piece[0]]).toEqual([1, 1])
    expect([warnings, infos]).toEqual([[], ['0 of 5 pieces became [UNK]']])
  })

  it('declares what it read, and looked for', async () => {
    files({ 'bert/vocab.txt': uncased })
    const { files: read } = await run({ vocab: 'bert', do_lower_case: true })
    expect(read).toEqual(['vocab.txt', 'tokenizer_config.json'].map(name => join(folder, 'bert', name)))
  })
})

describe('warns', () => {
  it.each([
    [
      'of a cased vocabulary with text in lower case',
      { 'v.txt': cased },
      { do_lower_case: true },
      ['do_lower_case is true, but the vocabulary holds words in upper case: 2 of 5 pieces became [UNK].'],
    ],
    ['not of a cased one with text as it is', { 'v.txt': cased }, { do_lower_case: false }, []],
    ['nor of an uncased one with text as it is', { 'v.txt': uncased }, { do_lower_case: false }, []],
    [
      'where the file says false',
      { 'v.txt': uncased, 'tokenizer_config.json': '{"do_lower_case": false}' },
      { do_lower_case: true },
      [
        'do_lower_case is true, but tokenizer_config.json beside the vocabulary says false: 0 of 5 pieces became [UNK].',
      ],
    ],
    [
      'where the file says true',
      { 'v.txt': uncased, 'tokenizer_config.json': '{"do_lower_case": true}' },
      { do_lower_case: false },
      [
        'do_lower_case is false, but tokenizer_config.json beside the vocabulary says true: 3 of 5 pieces became [UNK].',
      ],
    ],
    [
      'of repeated tokens',
      { 'v.txt': `${uncased}cat\n` },
      { do_lower_case: true },
      ['1 token of the vocabulary repeated: the later line is the id. cat (lines 7 and 11)'],
    ],
  ])('%s', async (_, contents, config, expected) => {
    files(contents)
    expect((await run({ vocab: 'v.txt', ...config })).warnings).toEqual(expected)
  })
})

describe('refuses while running', () => {
  it.each([
    [
      'a vocabulary without special tokens',
      { 'v.txt.gz': gzipSync('[PAD]\n[UNK]\n[CLS]\n') },
      { vocab: 'v.txt.gz', do_lower_case: true },
      {
        code: 'missing-tokens',
        message:
          'Expected a vocabulary with [PAD], [UNK], [CLS], [SEP] and [MASK]; of its 3 tokens none is [SEP] or [MASK].',
        file: join(folder, 'v.txt.gz'),
      },
    ],
    [
      'an empty one',
      { 'v.txt': '' },
      { vocab: 'v.txt', do_lower_case: true },
      {
        code: 'missing-tokens',
        message: 'Expected a vocabulary with [PAD], [UNK], [CLS], [SEP] and [MASK], found an empty file.',
        file: join(folder, 'v.txt'),
      },
    ],
    [
      'one that is not there',
      {},
      { vocab: 'v.txt', do_lower_case: true },
      { code: 'no-file', message: 'There is no such file.', file: join(folder, 'v.txt') },
    ],
    [
      'an unknown case',
      { 'v.txt': uncased },
      { vocab: 'v.txt' },
      {
        code: 'do-lower-case-unknown',
        message: `Expected do_lower_case, because no tokenizer_config.json beside the vocabulary says it (looked for ${join(folder, 'tokenizer_config.json')}).`,
        hint: 'Set `do_lower_case: true` for an uncased vocabulary, `false` for a cased one (this one looks uncased).',
      },
    ],
  ])('%s', async (_, contents, config, expected) => {
    files(contents)
    expect(await problem(run(config))).toEqual(expected)
  })
})

describe('before anything runs', () => {
  const looked = (path: string) =>
    `Expected do_lower_case, because no tokenizer_config.json beside the vocabulary says it (looked for ${join(folder, path)}).`
  it.each([
    [
      'nothing wrong',
      { 'v.txt': uncased },
      { vocab: 'v.txt', do_lower_case: true },
      [],
      { vocab_size: 10, do_lower_case: true },
    ],
    [
      'the case from the file',
      { 'bert/vocab.txt': uncased, 'bert/tokenizer_config.json': '{"do_lower_case": false}' },
      { vocab: 'bert' },
      [],
      { vocab_size: 10, do_lower_case: false },
    ],
    [
      'the case unknown',
      { 'v.txt': cased },
      { vocab: 'v.txt' },
      [
        {
          code: 'do-lower-case-unknown',
          message: looked('tokenizer_config.json'),
          hint: 'Set `do_lower_case: true` for an uncased vocabulary, `false` for a cased one (this one looks cased).',
        },
      ],
      { vocab_size: 11 },
    ],
    [
      'the case unknown, of a vocabulary that cannot be seen yet',
      { 'bert/vocab.txt.gz': gzipSync(cased), 'bert/tokenizer_config.json': '{}' },
      { vocab: 'bert/vocab.txt.gz' },
      [
        {
          code: 'do-lower-case-unknown',
          message: looked('bert/tokenizer_config.json'),
          hint: 'Set `do_lower_case: true` for an uncased vocabulary, `false` for a cased one.',
        },
      ],
      {},
    ],
    [
      'a special token missing',
      { 'v.txt': 'the\n' },
      { vocab: 'v.txt', do_lower_case: true },
      [
        {
          code: 'missing-tokens',
          at: '/vocab',
          message: `${join(folder, 'v.txt')}: Expected a vocabulary with [PAD], [UNK], [CLS], [SEP] and [MASK]; of its 1 token none is [PAD] or [UNK] or [CLS] or [SEP] or [MASK].`,
        },
      ],
      { vocab_size: 1, do_lower_case: true },
    ],
    [
      'a folder without a vocabulary',
      { 'bert/config.json': '{}' },
      { vocab: 'bert', do_lower_case: true },
      [
        {
          code: 'no-file',
          at: '/vocab',
          message: `Expected a vocab.txt in the folder ${join(folder, 'bert')}, found none.`,
        },
      ],
      { do_lower_case: true },
    ],
    [
      'files with a byte-order mark',
      { 'v.txt': `\ufeff${uncased}`, 'tokenizer_config.json': '\ufeff{"do_lower_case": true}' },
      { vocab: 'v.txt' },
      [],
      { vocab_size: 10, do_lower_case: true },
    ],
    ['a vocabulary that is yet to be made', {}, { vocab: 'v.txt' }, [], {}],
  ])('%s', async (_, contents, config, problems, facts) => {
    files(contents)
    expect(await check(config)).toEqual({ problems, facts })
  })

  it.each([
    ['{"do_lower_case": ', 'Expected JSON, but at line 1, column 19 stands the end of the file in place of a value.'],
    ['[]', 'Expected a JSON object.'],
    ['{"do_lower_case": "yes"}', 'Expected "do_lower_case" to be true or false, found "yes".'],
  ])('a tokenizer_config.json of %j', async (text, message) => {
    files({ 'v.txt': uncased, 'tokenizer_config.json': text })
    const file = join(folder, 'tokenizer_config.json')
    const code = 'bad-tokenizer-config'
    expect(await problem(run({ vocab: 'v.txt' }))).toEqual({ code, message, file })
    expect(await check({ vocab: 'v.txt' })).toEqual({
      problems: [{ code, message: `${file}: ${message}` }],
      facts: { vocab_size: 10 },
    })
  })
})
