import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../src/diagnostic/diagnostic.ts'
import { displayPath, formatDiagnostic, formatDiagnostics, inOrder } from '../../src/diagnostic/format.ts'
import { rangeAt } from '../../src/diagnostic/position.ts'

const source = { name: '/home/me/project/pipelines/p.yaml', text: 'stages:\n  read: {}\n  read: {}\n' }
const whole: Diagnostic = {
  severity: 'error',
  code: 'duplicate-key',
  message: '`read` is written twice.',
  range: rangeAt(source, 21, 25),
  hint: 'Keep one of them.',
  related: [{ message: 'It was first written here.', range: rangeAt(source, 10, 14) }],
}
const bare: Diagnostic = { severity: 'warning', code: 'slow', message: 'This will take days.' }

describe('formatDiagnostic', () => {
  const cwd = '/home/me/project'
  test('everything', () => {
    expect(formatDiagnostic(whole, { cwd })).toBe(
      [
        'error[duplicate-key] pipelines/p.yaml:3:3: `read` is written twice.',
        '  1 | stages:',
        '  2 |   read: {}',
        '> 3 |   read: {}',
        '    |   ^^^^',
        'note pipelines/p.yaml:2:3: It was first written here.',
        '> 2 |   read: {}',
        '    |   ^^^^',
        'hint: Keep one of them.',
      ].join('\n'),
    )
  })
  test('a message alone', () => expect(formatDiagnostic(bare, { cwd })).toBe('warning[slow] This will take days.'))
  test('colour', () => {
    const { hint: _hint, related: _related, ...short } = whole
    expect(formatDiagnostic({ ...short, severity: 'warning' }, { cwd: '/', color: true })).toBe(
      [
        '\u001b[33mwarning\u001b[39m\u001b[2m[duplicate-key]\u001b[22m \u001b[36mhome/me/project/pipelines/p.yaml:3:3\u001b[39m: `read` is written twice.',
        '\u001b[2m  1 | \u001b[22mstages:',
        '\u001b[2m  2 | \u001b[22m  read: {}',
        '\u001b[2m> 3 | \u001b[22m  read: {}',
        '\u001b[2m    | \u001b[22m  \u001b[31m^^^^\u001b[39m',
      ].join('\n'),
    )
  })
  test('several', () => {
    expect(formatDiagnostics([bare, { ...bare, message: 'Again.' }], { cwd })).toBe(
      'warning[slow] This will take days.\n\nwarning[slow] Again.',
    )
  })
})

test('inOrder: no place, arguments as given, files from top to bottom', () => {
  const at = (code: string, name: string, offset: number): Diagnostic => ({
    severity: 'error',
    code,
    message: '',
    range: rangeAt({ name, text: 'abcdef' }, offset),
  })
  const given = [at('d', '/b', 4), at('e', '/a', 2), at('f', '--set', 5), at('g', '--set', 1), at('h', '/b', 1), bare]
  expect(inOrder(given).map(({ code }) => code)).toEqual(['slow', 'f', 'g', 'e', 'h', 'd'])
})

test.each([
  ['/a/b/c.yaml', '/a/b', 'c.yaml'],
  ['/a/b/c.yaml', '/a', 'b/c.yaml'],
  ['/a/c.yaml', '/a/b', '/a/c.yaml'],
  ['/a/..c.yaml', '/a', '..c.yaml'],
  ['/a', '/a', '.'],
])('displayPath(%s, %s)', (path, cwd, expected) => expect(displayPath(path, cwd)).toBe(expected))
