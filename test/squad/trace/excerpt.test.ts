import { expect, it } from 'vitest'
import type { Words } from '../../../src/plugin/stage-command.ts'
import { marked, markedText, shortened } from '../../../src/squad/trace/excerpt.ts'

const textOf = (words: Words) =>
  typeof words === 'string' ? words : words.map(each => (typeof each === 'string' ? each : each.text)).join('')
const numbers = Array.from({ length: 100 }, (_, i) => String(i))

it.each([
  ['all of a few', marked(['a', 'b', 'c'], 1, 1), 'a «b» c'],
  ['at both ends', marked(['a'], 0, 0), '«a»'],
  [
    'what is far is left out',
    markedText(numbers, { start_word: 50, end_word: 51, before: 0, after: 0 }, 2),
    '… 48 49 «50 51» 52 53 …',
  ],
  [
    'inside words',
    markedText(['(1895-1943),', 'x'], { start_word: 0, end_word: 0, before: 1, after: 2 }),
    '(«1895-1943»), x',
  ],
  [
    'behind a character of two units',
    markedText(['𐐀东西'], { start_word: 0, end_word: 0, before: 1, after: 1 }),
    '𐐀«东»西',
  ],
  ['without a middle', shortened(numbers, 2), '0 1 2 3 4 5 … 98 99'],
])('%s', (_, words, text) => expect(textOf(words)).toBe(text))
