import { constants } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { findArticles } from '../../src/squad/find-articles.ts'
import { parseSquad } from '../../src/squad/parse-squad.ts'

/** What is parsed as it is gone through, all of it. */
const parse = (text: string) => {
  const { data, ...others } = parseSquad(Buffer.from(text), 'train.json') as { data: Iterable<unknown> }
  return { ...others, data: [...data] }
}
const problem = (parsing: () => unknown) => {
  try {
    parsing()
  } catch (error) {
    return (error as { problem?: unknown }).problem ?? error
  }
  return 'no error'
}

describe('findArticles', () => {
  it.each([
    ['{"data":[]}', []],
    ['{"data":[ ]}', []],
    ['{"version":"1","data":[1, {"a":[2,3]} ,[4]],"x":[5]}', ['1', ' {"a":[2,3]} ', '[4]']],
    ['{"data"\n:\t[ "]\\"[,", "\\\\" ]}', [' "]\\"[,"', ' "\\\\" ']],
    ['{"x":{"data":[1]},"data":[2]}', ['2']],
    ['{"x":"data","data":[2]}', ['2']],
    ['{"é":"ü","data":["é","ü"]}', ['"é"', '"ü"']],
    ['{"data":[1,]}', ['1', '']],
    ['{"data":[,1]}', ['', '1']],
    ['{"data":[1],"data":[2]}', undefined],
    ['{"data":{"a":[1]}}', undefined],
    ['{"d\\u0061ta":[1]}', undefined],
    ['[{"data":[1]}]', undefined],
    ['{"data":[1}', undefined],
    ['{"data":[1},"x":2}', undefined],
    ['{"data":[1],"d\\u0061ta":[2]}', undefined],
    ['{"data":["1]}', undefined],
    ['', undefined],
  ])('%s', (text, articles) => {
    const bytes = Buffer.from(text)
    const found = findArticles(bytes)
    expect(found?.articles.map(({ start, end }) => bytes.toString('utf8', start, end))).toEqual(articles)
  })
})

describe('parseSquad gives what JSON.parse gives', () => {
  it.each([
    '{"data":[]}',
    '{"version":"1.1","data":[{"title":"é 😀","n":[1,2.5e3,{"a":null}]},null,"a]\\"b"],"more":{"data":[3]}}',
    '{"data":[1],"data":[2]}',
    '{"d\\u0061ta":[{"a":1}]}',
    '{"data":[1],"d\\u0061ta":[2]}',
    `{"data":[${'{"a":[[[["deep"]]]]},'.repeat(1000)}0]}`,
  ])('%s', text => expect(parse(text)).toEqual(JSON.parse(text)))

  it.each(['[{"data":[1]}]', '7', 'null', '{"data":{"a":[1]}}', '{}'])('%s', text =>
    expect(parseSquad(Buffer.from(text), 'train.json')).toEqual(JSON.parse(text)),
  )

  it('one article after the other', () => {
    const { data } = parseSquad(Buffer.from('{"data":[1,2,x]}'), 'train.json') as { data: Iterable<unknown> }
    const articles = data[Symbol.iterator]()
    expect([articles.next(), articles.next()]).toEqual([
      { done: false, value: 1 },
      { done: false, value: 2 },
    ])
    expect(() => articles.next()).toThrow('Expected JSON')
  })
})

describe('parseSquad says where a file is not JSON', () => {
  it.each([
    ['{"data":[1,\n2,]}', 2, 3, '`]` in place of a value'],
    ['{"data":[,1]}', 1, 10, '`,` in place of a value'],
    ['{"data":[1 2]}', 1, 12, '`2` in place of `,` or `]`'],
    ['{"data":[{"a":1]]}', 1, 16, '`]` in place of `,` or `}`'],
    ['{"data":[1],}', 1, 13, '`}` in place of a key in double quotes'],
    ['{"data":[1},"x":2}', 1, 11, '`}` in place of `,` or `]`'],
    ['{"data":[1]', 1, 12, 'the end of the file in place of `,` or `}`'],
    ['{"data":[1]}x', 1, 13, '`x` in place of the end of the file'],
    ["{'data':[1]}", 1, 2, "`'` in place of a key in double quotes"],
  ])('%s', (text, line, column, stands) =>
    expect(problem(() => parse(text))).toEqual({
      code: 'bad-json',
      message: `Expected JSON, but at line ${line}, column ${column} stands ${stands}.`,
      file: 'train.json',
      pointer: `${line}:${column}`,
    }),
  )

  it('and where it is too long for one string, that', () => {
    const bytes = Buffer.alloc(constants.MAX_STRING_LENGTH + 1, ' ')
    bytes.write('{"data":[1,]')
    expect(problem(() => parseSquad(bytes, 'train.json'))).toEqual({
      code: 'bad-json',
      message: `Expected {"data": […]} in JSON, of articles that are at most 536,870,888 characters long each; found ${bytes.length.toLocaleString('en')} bytes that are not, too many for a search of the mistake.`,
      file: 'train.json',
      hint: 'Where it is JSON, make several articles of the longest.',
    })
  })
})
