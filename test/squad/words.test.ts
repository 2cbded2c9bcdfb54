import { describe, expect, it } from 'vitest'
import { codePointLength, codePoints } from '../../src/squad/code-points.ts'
import { intList } from '../../src/squad/int-list.ts'
import { pythonSplit, squeeze } from '../../src/squad/whitespace.ts'
import { findWords, wordAt, words } from '../../src/squad/words.ts'

describe('words', () => {
  it.each([
    ['', []],
    [' \t\r\n\u202f', []],
    ['one', ['one']],
    ['  a b\tc\r\nd\u202fe ', ['a', 'b', 'c', 'd', 'e']],
    ['a\u00a0b\u3000c\u2003d\ufeffe\u2028f\vg', ['a\u00a0b\u3000c\u2003d\ufeffe\u2028f\vg']],
    ['😀 天气很好', ['😀', '天气很好']],
  ])('%j', (text, found) => expect(words(text)).toEqual(found))
})

describe('wordAt', () => {
  // Whitespace belongs to the word before it; before the first word there is none.
  it.each([
    ['ab  cd', [0, 0, 0, 0, 1, 1]],
    [' \na b', [-1, -1, 0, 0, 1]],
    ['\u202f', [-1]],
  ])('%j', (text, owners) => {
    const bounds = intList()
    findWords(text, bounds)
    expect([...text].map((_, offset) => wordAt(bounds, offset))).toEqual(owners)
  })
})

describe('codePoints', () => {
  it.each([
    ['abc', [0, 1, 2]],
    ['a😀b', [0, 1, 3]],
    ['👩‍🔬x', [0, 2, 3, 5]],
    ['𠀀𠀁', [0, 2]],
    // Half a pair counts as one.
    ['\ud83d\ud83d\ude00', [0, 1]],
    ['', []],
  ])('%j', (text, offsets) => {
    const points = codePoints(text)
    expect(points.length).toBe(offsets.length)
    expect(offsets.map((_, position) => points.offset(position))).toEqual(offsets)
    expect(codePointLength(text)).toBe(offsets.length)
  })
})

describe('pythonSplit', () => {
  it('splits at what Python splits at', () => {
    const separators =
      '\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'
    for (const separator of separators) expect(pythonSplit(`a${separator}b`)).toEqual(['a', 'b'])
  })

  it('splits at nothing else', () => {
    for (const other of '\ufeff\u180e\u200b\u2060\x1b\x00\u00ad') expect(pythonSplit(`a${other}b`)).toHaveLength(1)
  })

  it.each([
    ['', []],
    ['  ', []],
    [' a  b ', ['a', 'b']],
  ])('%j', (text, parts) => {
    expect(pythonSplit(text)).toEqual(parts)
    expect(squeeze(text)).toBe(parts.join(' '))
  })
})
