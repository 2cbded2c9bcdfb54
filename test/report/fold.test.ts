import { describe, expect, it } from 'vitest'
import { described, fold } from '../../src/report/fold.ts'

describe('fold', () => {
  it.each<[string, string, number, string, string[]]>([
    ['a short text', 'one two', 7, '', ['one two']],
    ['a longer one', 'one two three', 7, '', ['one two', 'three']],
    ['with further lines indented, which counts', 'one two three four', 8, '  ', ['one two', '  three', '  four']],
    ['a word that is too long', 'a extraordinarily b', 5, '', ['a', 'extraordinarily', 'b']],
    ['letters, not UTF-16 units', '😀😀 😀😀', 5, '', ['😀😀 😀😀']],
    ['nothing', '', 5, '', ['']],
  ])('%s', (_, text, width, indent, lines) => expect(fold(text, width, indent)).toEqual(lines))
})

describe('described', () => {
  const flags = [
    ['  --one', 'says what it does, at some length, so that it does not fit'],
    ['  --another', 'short'],
  ] as const

  it('puts it beside the names where there is room', () =>
    expect(described(flags, 60)).toEqual([
      '  --one      says what it does, at some length, so that it',
      '             does not fit',
      '  --another  short',
    ]))

  it('also in little room, where nothing has to be broken', () =>
    expect(described([['  --one', 'short']], 20)).toEqual(['  --one  short']))

  it('and below them where there is not', () =>
    expect(described(flags, 40)).toEqual([
      '  --one',
      '      says what it does, at some length,',
      '      so that it does not fit',
      '  --another',
      '      short',
    ]))
})
