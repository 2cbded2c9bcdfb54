import { expect, it } from 'vitest'
import { sectionLines } from '../../src/cli/sections.ts'
import type { Section, Words } from '../../src/plugin/stage-command.ts'

const linesOf = (words: Words, width: number, color = false) =>
  sectionLines([{ title: 't', rows: [['a', words]] }], { width, color }).slice(1)

it('labels stand in a column, sections apart', () => {
  const sections: Section[] = [
    { title: 'one', rows: [['a', 'x'], ['long', 'y']] }, // biome-ignore format: as it is read
    { title: 'two', rows: [['', 'z']] },
  ]
  expect(sectionLines(sections, { width: 80, color: false })).toEqual([
    'one',
    '  a     x',
    '  long  y',
    '',
    'two',
    '  z',
  ])
})

it.each([
  ['at spaces', 'one two three four five', ['  a  one two three', '     four five'], 21],
  ['a word that is too long, anywhere', 'abcdefghijklmnopqrstuvw', ['  a  abcdefghijklmnop', '     qrstuvw'], 21],
  ['Chinese by its columns', '诺曼人来自北方并留到一二〇四年', ['  a  诺曼人来自北方并', '     留到一二〇四年'], 21],
  [
    'marks stay with their letters',
    'é'.normalize('NFD').repeat(17),
    [`  a  ${'é'.normalize('NFD').repeat(16)}`, `     ${'é'.normalize('NFD')}`],
    21,
  ],
  ['in a narrow terminal not below 16 columns', 'one two three four', ['  a  one two three', '     four'], 1],
  ['line feeds break', 'one\ntwo', ['  a  one', '     two'], 80],
  ['two spaces stay two', 'a  b', ['  a  a  b'], 80],
  ['what a terminal would obey is not there', '\u001b[31mred\u001b[0m\u0001\u202ex', ['  a  red \ufffdx'], 80],
])('%s', (_, words, lines, width) => expect(linesOf(words, width)).toEqual(lines))

it('styles are colours only where there are some, and go on behind a break', () => {
  const words = ['an ', { style: 'strong', text: 'answer in two words' }, ' here'] as const
  expect(linesOf(words, 21)).toEqual(['  a  an answer in two', '     words here'])
  expect(linesOf(words, 21, true)).toEqual([
    '  a  an \u001b[1manswer in two\u001b[22m',
    '     \u001b[1mwords\u001b[22m here',
  ])
})
