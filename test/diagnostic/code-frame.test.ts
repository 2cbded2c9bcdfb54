import { describe, expect, test } from 'vitest'
import { codeFrame, type FrameOptions } from '../../src/diagnostic/code-frame.ts'
import { rangeAt } from '../../src/diagnostic/position.ts'

/** The frame around the text between ‹ and ›. */
const frame = (marked: string, options?: FrameOptions, name = '/p.yaml') => {
  const start = marked.indexOf('‹')
  const end = marked.indexOf('›') - 1
  return codeFrame(rangeAt({ name, text: marked.replace(/[‹›]/g, '') }, start, end), options)
}

const lines = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`).join('\n')

const rows: readonly [title: string, actual: string, expected: readonly string[]][] = [
  [
    'lines before and after, numbers to the right',
    frame(lines.replace('line 9', '‹line› 9')),
    ['   7 | line 7', '   8 | line 8', '>  9 | line 9', '     | ^^^^', '  10 | line 10', '  11 | line 11'],
  ],
  ['no context', frame(lines.replace('line 9', 'line ‹9›'), { context: 0 }), ['> 9 | line 9', '    |      ^']],
  ['first and last line', frame('‹a›\n'), ['> 1 | a', '    | ^']],
  ['an empty range', frame('a: ‹›\nb: 1'), ['> 1 | a:', '    |    ^', '  2 | b: 1']],
  ['several lines', frame('a: ‹x\n  y›\nb', { context: 1 }), ['> 1 | a: x', '    |    ^', '  2 |   y']],
  ['tabs', frame('\tx\t‹bad›\t1'), ['> 1 |     x   bad 1', '    |         ^^^']],
  ['a tab itself', frame('a\n‹\t›b'), ['  1 | a', '> 2 |     b', '    | ^^^^']],
  ['wide characters', frame('名前: ‹天気›!'), ['> 1 | 名前: 天気!', '    |       ^^^^']],
  ['beyond the basic plane', frame('𠮷𝒳: ‹𠮷›'), ['> 1 | 𠮷𝒳: 𠮷', '    |      ^^']],
  ['combining marks', frame('e\u0301e\u0301 ‹x›'), ['> 1 | e\u0301e\u0301 x', '    |    ^']],
  ['emoji of several code points', frame('👩‍🔬 ‹x›'), ['> 1 | 👩‍🔬 x', '    |    ^']],
  ['control and direction characters', frame('\u001b[31m\u202e‹x›'), ['> 1 | ␛[31m�x', '    |       ^']],
  ['CRLF', frame('a\r\n‹b›\r\n'), ['  1 | a', '> 2 | b', '    | ^']],
  ['an argument', frame('vars.‹strid›=1', {}, '--set'), ['  --set vars.strid=1', '             ^^^^^']],
  ['clipped at its end', frame(`‹ab›${'c'.repeat(20)}`, { width: 10 }), ['> 1 | abcccccccc…', '    | ^^']],
  [
    'clipped at both ends',
    frame(`${'a'.repeat(20)}‹bcd›${'e'.repeat(20)}\nshort`, { width: 12 }),
    ['> 1 | …aaaaabcdeee…', '    |       ^^^', '  2 |'],
  ],
  [
    'clipped at its start',
    frame(`${'a'.repeat(20)}‹bcd›`, { width: 12 }),
    ['> 1 | …aaaaaaaabcd', '    |          ^^^'],
  ],
  ['carets longer than the view', frame(`aaa‹${'b'.repeat(40)}›`, { width: 8 }), ['> 1 | …abbbbbb…', '    |   ^^^^^^']],
  ['a wide character across the cut', frame(`天天天天天天‹x›`, { width: 8 }), ['> 1 | …天天天x', '    |        ^']],
]

describe('codeFrame', () => {
  test.each(rows)('%s', (_title, actual, expected) => expect(actual).toBe(expected.join('\n')))

  // Cutting all of it into characters would outlast the test's time.
  test('a data file of one long line', () => {
    const text = `${'x'.repeat(20_000_000)}‹bad›${'y'.repeat(1000)}`
    expect(frame(text, { width: 20 })).toBe('> 1 | …xxxxxxxxxxxbadyyyyy…\n    |             ^^^')
  })

  test('paint', () => {
    const painted = frame('‹a›', { paint: (style, text) => `<${style}>${text}</${style}>` })
    expect(painted).toBe('<gutter>> 1 | </gutter>a\n<gutter>    | </gutter><caret>^</caret>')
  })
})
