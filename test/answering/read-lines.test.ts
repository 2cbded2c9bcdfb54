import { describe, expect, it } from 'vitest'
import { parseQuestion } from '../../src/answering/parse-question.ts'
import { LONGEST, readLines } from '../../src/answering/read-lines.ts'

async function* stream(chunks: readonly (string | Buffer)[]) {
  for (const chunk of chunks) yield Buffer.from(chunk as string)
}
const linesOf = async (...chunks: readonly (string | Buffer)[]) => {
  const groups: (readonly [number, string | undefined])[][] = []
  for await (const lines of readLines(stream(chunks)))
    groups.push(lines.map(({ number, bytes }) => [number, bytes?.toString()] as const))
  return groups
}

describe('readLines', () => {
  it('hands over the lines that have come, and no half ones', async () => {
    expect(await linesOf('a\nb\nc', 'd\n', 'e', 'f', '\r\n\n', 'g')).toEqual([
      [
        [1, 'a'],
        [2, 'b'],
      ],
      [[3, 'cd']],
      [
        [4, 'ef\r'],
        [5, ''],
      ],
      [[6, 'g']],
    ])
    expect(await linesOf()).toEqual([])
    expect(await linesOf('')).toEqual([])
    expect(await linesOf('a\n')).toEqual([[[1, 'a']]])
  })

  it('does not cut a character that stands in two chunks', async () => {
    const bytes = Buffer.from('é😀\n')
    const chunks = [...bytes].map(byte => Buffer.from([byte]))
    expect(await linesOf(...chunks)).toEqual([[[1, 'é😀']]])
  })

  it('hands over no more than are worth computing together', async () => {
    const groups = await linesOf('x\n'.repeat(150))
    expect(groups.map(each => each.length)).toEqual([64, 64, 22])
    const long = `${'y'.repeat(600_000)}\n`
    expect((await linesOf(long.repeat(5))).map(each => each.length)).toEqual([2, 2, 1])
  })

  it('drops a line that is too long, and goes on behind it', async () => {
    const half = 'z'.repeat(LONGEST / 2)
    expect(await linesOf('a\n', half, half, 'z', 'z\nb\n')).toEqual([
      [[1, 'a']],
      [
        [2, undefined],
        [3, 'b'],
      ],
    ])
  })
})

describe('parseQuestion', () => {
  const parse = (text: string | Buffer) => parseQuestion({ number: 7, bytes: Buffer.from(text as string) })

  it('reads a question, with its id', () => {
    const question = { question: 'a?', context: 'b' }
    expect(parse('{"question":"a?","context":"b"}')).toEqual({ line: 7, question })
    expect(parse('\ufeff {"id":3,"question":"a?","context":"b","answers":[]}\r')).toEqual({ line: 7, id: 3, question })
    expect(parse('{"id":null,"question":"a?","context":"b"}')).toEqual({ line: 7, question })
    expect(parse(' \r')).toBeUndefined()
  })

  it.each<[string | Buffer, object]>([
    ['{"question":"a?"', { mistake: 'Expected JSON; at column 17 stands the end of the file in place of `,` or `}`.' }],
    ['[1]', { mistake: 'Expected an object with `question` and `context`, found a list.' }],
    ['"a"', { mistake: 'Expected an object with `question` and `context`, found "a".' }],
    ['{"context":"b"}', { mistake: 'Expected `question` to be a text, found nothing.' }],
    ['{"id":"q","question":"a?","context":null}', { id: 'q', mistake: 'Expected `context` to be a text, found null.' }],
    [
      '{"question":"a?","context":["b"],"id":{}}',
      { mistake: 'Expected `id` to be a text or a number, found an object.' },
    ],
    [Buffer.from([0x22, 0xff, 0x22]), { mistake: 'Expected UTF-8 text, found bytes that are not.' }],
  ])('says what is wrong with %s', (text, expected) => {
    expect(parse(text)).toMatchObject({ line: 7, column: expect.any(Number), ...expected })
  })

  it('refuses a line that was too long to be kept', () => {
    expect(parseQuestion({ number: 2, bytes: undefined })).toEqual({
      line: 2,
      column: 1,
      mistake: 'Expected a line of at most 16 MiB, found a longer one.',
    })
  })
})
