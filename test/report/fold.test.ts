import { describe, expect, it } from 'vitest'
import { fold } from '../../src/report/fold.ts'

describe('fold', () => {
  it.each<[string, string, number, string, string[]]>([
    ['a short text', 'one two', 7, '', ['one two']],
    ['a longer one', 'one two three', 7, '', ['one two', 'three']],
    ['with further lines indented, which counts', 'one two three four', 8, '  ', ['one two', '  three', '  four']],
    ['a word that is too long', 'a extraordinarily b', 5, '', ['a', 'extraordinarily', 'b']],
    ['as many columns as a terminal needs', '😀😀 😀😀', 9, '', ['😀😀 😀😀']],
    ['and no more', '😀😀 😀😀', 8, '', ['😀😀', '😀😀']],
    ['code, which stays together', 'with `a b c` there', 10, '', ['with', '`a b c`', 'there']],
    ['code that no line has room for', 'with `a b c d e f` there', 10, '', ['with `a b', 'c d e f`', 'there']],
    ['a backtick alone', 'one `two three', 9, '', ['one `two', 'three']],
    ['nothing', '', 5, '', ['']],
  ])('%s', (_, text, width, indent, lines) => expect(fold(text, width, indent)).toEqual(lines))
})
