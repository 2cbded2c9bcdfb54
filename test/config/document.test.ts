import { describe, expect, test } from 'vitest'
import type { Path } from '../../src/config/document.ts'
import type { SourceRange } from '../../src/diagnostic/diagnostic.ts'
import { cwd, loadText, soundDocument } from './load-text.ts'

/** A range as `name:line:column text`. */
const shown = ({ source, start, end }: SourceRange) =>
  `${source.name.replace(`${cwd}/`, '')}:${start.line}:${start.column} ${source.text.slice(start.offset, end.offset)}`

const text = `name: places
vars:
  dir: ./data
  nested: \${vars.dir}/sub
  common: { lr: 1 }
  list: [a, "\${vars.dir}"]
profiles:
  fast: { stages: { read: { with: { n: 2 } } } }
stages:
  read:
    with: &base
      file: \${vars.dir}/x.json # with a comment

      n: 1
      deep: { list: [1, { k: v }] }
  copy:
    with: *base
  merged:
    with: { <<: *base, n: 3 }
  all:
    with: \${vars.common}
  bare:
`

describe('locate', () => {
  const rows: readonly [path: Path, part: 'key' | 'value', expected: string][] = [
    [['name'], 'key', '1:1 name'],
    [['name'], 'value', '1:7 places'],
    [['stages', 'read'], 'key', '10:3 read'],
    [['stages', 'read', 'with', 'file'], 'value', '12:13 ${vars.dir}/x.json'],
    [['stages', 'read', 'with', 'n'], 'value', '14:10 1'],
    [['stages', 'read', 'with', 'deep', 'list', 1, 'k'], 'value', '15:30 v'],
    [['stages', 'read', 'with', 'deep', 'list', 0], 'key', '15:22 1'],
    // Not written: the key of the nearest enclosing one.
    [['stages', 'read', 'with', 'missing'], 'value', '11:5 with'],
    [['stages', 'read', 'with', 'deep', 'list', 7], 'value', '15:15 list'],
    [['stages', 'bare', 'with', 'x'], 'value', '22:3 bare'],
    [['stages', 'bare'], 'value', '22:8 '],
    // An alias and a reference are where they stand; what is inside them where that was written.
    [['stages', 'copy', 'with'], 'value', '17:11 *base'],
    [['stages', 'copy', 'with', 'n'], 'key', '14:7 n'],
    [['stages', 'merged', 'with', 'n'], 'key', '19:24 n'],
    [['stages', 'merged', 'with', 'file'], 'key', '12:7 file'],
    [['stages', 'all', 'with'], 'value', '21:11 ${vars.common}'],
    [['stages', 'all', 'with', 'lr'], 'key', '5:13 lr'],
    [['vars', 'list', 1], 'value', '6:13 "${vars.dir}"'],
  ]
  const document = soundDocument(text)
  test.each(rows)('%j %s', (path, part, expected) => {
    expect(shown(document.locate(path, part))).toBe(`pipelines/p.yaml:${expected}`)
  })

  test('a block ends before the comments and blank lines after it', () => {
    expect(shown(document.locate(['stages', 'read', 'with']))).toBe(
      [
        'pipelines/p.yaml:12:7 file: ${vars.dir}/x.json # with a comment',
        '',
        '      n: 1',
        '      deep: { list: [1, { k: v }] }',
      ].join('\n'),
    )
  })

  test('what a profile or --set made', () => {
    const overrides = ['stages.read.with.file=x.json', 'stages.bare.with.a.b=[1]']
    const changed = soundDocument(text, { profile: 'fast', overrides })
    const places = [
      changed.locate(['stages', 'read', 'with', 'n'], 'key'),
      changed.locate(['stages', 'read', 'with', 'n']),
      changed.locate(['stages', 'read', 'with', 'file'], 'key'),
      changed.locate(['stages', 'read', 'with', 'file']),
      changed.locate(['stages', 'bare', 'with', 'a', 'b', 0]),
      changed.locate(['stages', 'bare', 'with', 'a', 'missing']),
      changed.locate(['stages', 'bare', 'with'], 'key'),
      changed.locate(['stages', 'read', 'with', 'missing']),
    ]
    expect(places.map(shown)).toEqual([
      'pipelines/p.yaml:8:37 n',
      'pipelines/p.yaml:8:40 2',
      '--set:1:18 file',
      '--set:1:23 x.json',
      '--set:1:23 1',
      '--set:1:18 a',
      '--set:1:13 with',
      'pipelines/p.yaml:11:5 with',
    ])
  })
})

test('origins: the places that a value came through', () => {
  const document = soundDocument(text, { overrides: ['vars.dir=data', 'stages.bare.with.x=${vars.nested}'] })
  const origins = (...path: Path) => document.origins(path).map(({ message, range }) => `${message} ${shown(range)}`)
  expect(origins('stages', 'bare', 'with', 'x')).toEqual([
    '`vars.nested` is written here. pipelines/p.yaml:4:11 ${vars.dir}/sub',
    '`vars.dir` is written here. --set:1:10 data',
  ])
  expect(origins('stages', 'copy', 'with').map(line => line.split('\n')[0])).toEqual([
    '`&base` is written here. pipelines/p.yaml:12:7 file: ${vars.dir}/x.json # with a comment',
  ])
  expect(origins('stages', 'read', 'with', 'n')).toEqual([])
})

test('folder: where a value was written, or what it starts with', () => {
  const source = `
vars: { dir: ./data, set: ./set, nested: "\${vars.set}/x", map: { file: f } }
stages:
  a:
    with:
      own: ./a
      var: \${vars.dir}/a
      after: a/\${vars.set}
      set: \${vars.set}
      nested: \${vars.nested}/b
      env: \${env.DATA}/c
      map: \${vars.map}
  b:
    with: {}
`
  const overrides = ['vars.set=here', 'stages.b.with.own=x', 'stages.b.with.var=${vars.dir}/x']
  const document = soundDocument(source, { overrides, env: { DATA: 'data' } })
  const folder = (...path: Path) => document.folder(['stages', ...path]).replace(cwd, '.')
  const inA = ['own', 'var', 'after', 'set', 'nested', 'env', 'map', 'missing']
  expect(Object.fromEntries(inA.map(key => [key, folder('a', 'with', key)]))).toEqual({
    own: './pipelines',
    var: './pipelines',
    after: './pipelines',
    set: '.',
    nested: '.',
    env: '.',
    map: './pipelines',
    missing: './pipelines',
  })
  expect(folder('a', 'with', 'map', 'file')).toBe('./pipelines')
  expect([folder('b', 'with', 'own'), folder('b', 'with', 'var')]).toEqual(['.', './pipelines'])
})

test('isBroken: what has been reported already, and what is around and inside it', () => {
  const source = `
vars: { bad: "\${vars.nope}", ok: 1 }
stages:
  a: { with: { x: "\${vars.bad}", y: { z: "\${vars.bad}/z" }, ok: "\${vars.ok}" }, uses: 3 }
  b: { with: [1] }
  c: { with: "\${vars.bad}" }
`
  const { document, diagnostics } = loadText(source)
  expect(diagnostics.map(({ code }) => code)).toEqual(['unknown-variable', 'wrong-type', 'wrong-type'])
  const rows: readonly [expected: boolean, ...path: Path][] = [
    [true, 'a', 'with', 'x'],
    [true, 'a', 'with', 'y'],
    [true, 'a', 'with', 'y', 'z'],
    [false, 'a', 'with', 'ok'],
    [false, 'a', 'with', 'missing'],
    [true, 'a', 'with'],
    [true, 'a', 'uses'],
    [true, 'b', 'with', 'missing'],
    [true, 'c', 'with', 'missing'],
  ]
  for (const [expected, ...path] of rows)
    expect([path, document?.isBroken(['stages', ...path])]).toEqual([path, expected])
  expect(document?.stages.map(stage => stage.with)).toEqual([
    { x: '${vars.bad}', y: { z: '${vars.bad}/z' }, ok: 1 },
    {},
    {},
  ])
})
