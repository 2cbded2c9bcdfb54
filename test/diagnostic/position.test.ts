import { expect, test } from 'vitest'
import { lineCount, lineText, positionAt, rangeOfLine } from '../../src/diagnostic/position.ts'

const source = { name: '/p.yaml', text: 'a: 1\r\n  𠮷é: x\n\nend' }

test.each([
  [0, 1, 1],
  [3, 1, 4],
  [5, 1, 6],
  [6, 2, 1],
  [8, 2, 3],
  [10, 2, 4],
  [11, 2, 5],
  [15, 3, 1],
  [16, 4, 1],
  [19, 4, 4],
])('offset %i is line %i, column %i', (offset, line, column) => {
  expect(positionAt(source, offset)).toEqual({ line, column, offset })
})

test.each([
  [1, 'a: 1'],
  [2, '  𠮷é: x'],
  [3, ''],
  [4, 'end'],
  [5, ''],
])('line %i', (line, text) => expect(lineText(source, line)).toBe(text))

test('what follows the last line break is no line', () => {
  expect(['', 'a', 'a\n', 'a\nb\n\n'].map(text => lineCount({ name: '/p', text }))).toEqual([1, 1, 1, 3])
})

// Line and column as given, then the offsets of the range.
test.each([
  [2, 3, 8, 10],
  [2, 4, 10, 11],
  [2, undefined, 8, 14],
  [1, 99, 4, 4],
  [99, 1, 16, 17],
  [0, 1, 0, 1],
])('line %i, column %s', (line, column, start, end) => {
  const range = rangeOfLine(source, line, column)
  expect([range.start.offset, range.end.offset]).toEqual([start, end])
})
