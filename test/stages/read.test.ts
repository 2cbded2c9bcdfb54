import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { checkStage, testStage } from 'sluice/testing'
import { afterAll, describe, expect, it } from 'vitest'
import read from '../../stages/read.ts'

const folder = mkdtempSync(join(tmpdir(), 'read-'))
afterAll(() => rmSync(folder, { recursive: true }))

const context = 'the cat sat on the mat'
const question = (id: string, text: string, answer_start: number) => ({
  id,
  question: 'where?',
  answers: [{ text, answer_start }],
})
const squad = (...qas: readonly unknown[]) =>
  JSON.stringify({ version: '1.1', data: [{ paragraphs: [{ context, qas }] }] })
const good = squad(question('q', 'mat', 19))

const run = (content: string | Buffer, config: Readonly<Record<string, unknown>> = {}) => {
  const file = join(folder, 'data.json')
  writeFileSync(file, content)
  return testStage(read, { folder, config: { file: 'data.json', ...config } })
}
const problem = async (running: Promise<unknown>) =>
  running.then(
    () => 'no error',
    error => error.problem ?? error,
  )

describe('reads', () => {
  it.each([
    ['plain JSON', good],
    ['with a byte-order mark', `\ufeff${good}`],
    ['CRLF between its parts', JSON.stringify(JSON.parse(good), null, 2).replaceAll('\n', '\r\n')],
    ['gzip, whatever its name', gzipSync(good)],
    ['gzip with a byte-order mark', gzipSync(`\ufeff${good}`)],
  ])('%s', async (_, content) => {
    const { outputs, warnings, infos, files } = await run(content)
    expect(outputs.examples).toMatchObject({ for: 'training', version_2_with_negative: false, ids: ['q'] })
    expect([outputs.examples.start_word[0], outputs.examples.end_word[0]]).toEqual([5, 5])
    expect([warnings, infos, files]).toEqual([[], ['1 question about 1 context'], [join(folder, 'data.json')]])
  })

  it('for evaluation', async () => {
    const { outputs } = await run(squad(question('q', 'mat', -1)), { for: 'evaluation', version_2_with_negative: true })
    expect(outputs.examples).toMatchObject({ for: 'evaluation', version_2_with_negative: true, answers: [['mat']] })
  })

  it('counts the questions that it leaves out, and names the first few', async () => {
    const qas = Array.from({ length: 2000 }, (_, i) => question(`q${i}`, i % 2 === 0 ? 'mat' : 'dog', 19))
    const { outputs, warnings } = await run(squad(...qas))
    expect(outputs.examples.ids).toHaveLength(1000)
    expect(warnings).toEqual([
      '1,000 of 2,000 questions left out: the words at their answer_start do not contain their answer. q1, q3, q5, q7, q9 and 995 more',
    ])
  })
})

describe('facts', () => {
  it.each([
    [{}, { for: 'training', version_2_with_negative: false }],
    [
      { for: 'evaluation', version_2_with_negative: true },
      { for: 'evaluation', version_2_with_negative: true },
    ],
  ])('%j', async (config, facts) =>
    expect(await checkStage(read, { folder, config: { file: 'x', ...config } })).toEqual({ problems: [], facts }),
  )
})

describe('refuses', () => {
  const file = join(folder, 'data.json')
  it.each([
    ['an empty file', '', { code: 'empty-file', message: 'Expected SQuAD data, found an empty file.' }],
    ['a blank file', '\ufeff \r\n', { code: 'empty-file', message: 'Expected SQuAD data, found an empty file.' }],
    [
      'broken JSON',
      '{\n  "data": [\n    {,}\n',
      {
        code: 'bad-json',
        message: 'Expected JSON, but at line 3, column 6 stands `,` in place of a key in double quotes.',
        pointer: '3:6',
      },
    ],
    [
      'JSON that was cut off',
      good.slice(0, 60),
      {
        code: 'bad-json',
        message: 'Expected JSON, but at line 1, column 61 stands the end of the file in place of a closing `"`.',
        pointer: '1:61',
      },
    ],
    [
      'Latin-1',
      Buffer.from('{"data": [\n"caf\xe9"]}', 'latin1'),
      {
        code: 'not-utf8',
        message: 'Expected UTF-8 text, found the byte 0xe9 at offset 15 (line 2).',
        hint: 'Convert the file to UTF-8, for instance with `iconv -f LATIN1 -t UTF-8`.',
      },
    ],
    [
      'UTF-8 that was cut off, after a genuine U+FFFD',
      Buffer.from('"\ufffd é').subarray(0, 6),
      {
        code: 'not-utf8',
        message: 'Expected UTF-8 text, found the byte 0xc3 at offset 5 (line 1).',
        hint: 'Convert the file to UTF-8, for instance with `iconv -f LATIN1 -t UTF-8`.',
      },
    ],
    [
      'a damaged gzip file',
      gzipSync(good).subarray(0, 60),
      {
        code: 'bad-gzip',
        message: 'Expected a gzip file, found one that cannot be unpacked (unexpected end of file).',
        hint: 'It may have been cut off: fetch it again.',
      },
    ],
    [
      'another shape',
      '{"version": "1.1"}',
      {
        code: 'not-squad',
        message: 'Expected "data" to be a list, found nothing.',
        pointer: '/data',
        hint: 'A SQuAD file is {"data": [{"paragraphs": [{"context": …, "qas": [{"id": …, "question": …, "answers": …}]}]}]}.',
      },
    ],
  ])('%s', async (_, content, expected) => expect(await problem(run(content))).toEqual({ ...expected, file }))

  it('a file that is not there', async () =>
    expect(await problem(testStage(read, { folder, config: { file: 'absent.json' } }))).toEqual({
      code: 'no-file',
      message: 'There is no such file.',
      file: join(folder, 'absent.json'),
    }))

  it('a folder', async () =>
    expect(await problem(testStage(read, { folder, config: { file: '.' } }))).toEqual({
      code: 'unreadable-file',
      message: 'Expected a file, found a folder.',
      file: folder,
    }))
})
