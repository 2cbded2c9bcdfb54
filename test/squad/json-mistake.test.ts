import { describe, expect, it } from 'vitest'
import { jsonMistake } from '../../src/squad/json-mistake.ts'

const refused = [
  ['', 1, 1, 'a value', 'the end of the file'],
  ['{', 1, 2, 'a key in double quotes', 'the end of the file'],
  ['{"a"', 1, 5, '`:`', 'the end of the file'],
  ['{"a":1,}', 1, 8, 'a key in double quotes', '`}`'],
  ['{"a":1;"b":2}', 1, 7, '`,` or `}`', '`;`'],
  ['[1,]', 1, 4, 'a value', '`]`'],
  ['[1\n\n 2]', 3, 2, '`,` or `]`', '`2`'],
  ['[[[1]]', 1, 7, '`,` or `]`', 'the end of the file'],
  ['{a:1}', 1, 2, 'a key in double quotes', '`a`'],
  ["{'a':1}", 1, 2, 'a key in double quotes', "`'`"],
  ['{"a":1} x', 1, 9, 'the end of the file', '`x`'],
  ['"abc', 1, 5, 'a closing `"`', 'the end of the file'],
  ['"a\nb"', 1, 3, 'a closing `"`', 'the character U+000A'],
  ['"a\tb"', 1, 3, 'a character that JSON allows in a string', 'the character U+0009'],
  ['"\\x"', 1, 2, 'a character that JSON allows in a string', '`\\`'],
  ['{"é😀": "x" "y"}', 1, 12, '`,` or `}`', '`"`'],
  ['[01]', 1, 2, 'a value', '`0`'],
  ['[1.]', 1, 2, 'a value', '`1`'],
  ['{"a":NaN}', 1, 6, 'a value', '`N`'],
  ['tru', 1, 1, 'a value', '`t`'],
  ['\u00a0{}', 1, 1, 'a value', '`\u00a0`'],
] as const

describe('jsonMistake', () => {
  it.each(refused)('%j', (text, line, column, expected, found) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError)
    expect(jsonMistake(text)).toEqual({ line, column, expected, found })
  })

  it.each(['[1,2,3]', ' {"a":{"b":[]},"c":[{}],"d":"\\u00e9\\n"}\r\n', '-1.5e+3', '"\u2028"', 'null'])(
    'finds none in %j',
    text => {
      JSON.parse(text)
      expect(jsonMistake(text)).toBeUndefined()
    },
  )

  it('is not stopped by depth or length', () => {
    expect(jsonMistake('['.repeat(200_000))?.column).toBe(200_001)
    expect(jsonMistake(`"${'a'.repeat(5_000_000)}`)?.column).toBe(5_000_002)
  })
})
