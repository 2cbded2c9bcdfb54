import { describe, expect, test } from 'vitest'
import { loadText, soundDocument } from './load-text.ts'

describe('values of YAML 1.2', () => {
  const rows: readonly [written: string, expected: unknown][] = [
    ['5e-5', 0.00005],
    ['5E-5', 0.00005],
    ['5.0e-5', 0.00005],
    ['.00005', 0.00005],
    ['+5e-05', 0.00005],
    ['-5e-5', -0.00005],
    ['5e-5 # x', 0.00005],
    ['"5e-5"', '5e-5'],
    ["'384'", '384'],
    ['5,0e-5', '5,0e-5'],
    ['5e−5', '5e−5'],
    ['1/20000', '1/20000'],
    ['.nan', Number.NaN],
    ['-.inf', Number.NEGATIVE_INFINITY],
    ['017', 17],
    ['0o17', 15],
    ['0x1F', 31],
    ['1_000', '1_000'],
    ['9007199254740991', 9007199254740991],
    ['1e30', 1e30],
    ['true', true],
    ['yes', 'yes'],
    ['off', 'off'],
    ['~', null],
    ['', null],
    ['2024-01-01', '2024-01-01'],
    ['12:30', '12:30'],
    ['!!str 5', '5'],
    ['[1, [2]]', [1, [2]]],
    ['{ __proto__: 1, constructor: 2 }', JSON.parse('{ "__proto__": 1, "constructor": 2 }')],
    ['|\n        a\n        \tb\n', 'a\n\tb\n'],
  ]
  test.each(rows)('%s', (written, expected) => {
    const { stages } = soundDocument(`%YAML 1.1\n---\nstages:\n  a:\n    with:\n      x: ${written}\n`)
    expect(stages[0]!.with).toEqual({ x: expected })
  })
})

describe('references', () => {
  const rows: readonly [written: string, expected: unknown][] = [
    ['"${vars.n}"', 24],
    ['${vars.n}', 24],
    ["'${vars.n}'", 24],
    ['"${ vars.n }"', 24],
    ['"x${vars.n}"', 'x24'],
    ['"${vars.rate}/${vars.flag}"', '5e-5/true'],
    ['"${vars.map.deep.text}/y"', 't/y'],
    ['"${vars.map}"', { deep: { text: 't' } }],
    ['"${vars.list}"', [1, 24]],
    ['"${vars.list.1}"', 24],
    ['"${vars.through.text}"', 't'],
    ['"${vars.chain}"', 't/u'],
    ['"${vars.none}"', null],
    ['"${env.N}"', '7'],
    ['"${env.EMPTY}"', ''],
    ['"a${env.EMPTY}b"', 'ab'],
    ['"$${vars.n}"', '${vars.n}'],
    ['"$$${vars.n} $ {} $x"', '$${vars.n} $ {} $x'],
    ['{ list: ["${vars.n}"] }', { list: [24] }],
    ['"${vars.with-dash}"', 1],
  ]
  test.each(rows)('%s', (written, expected) => {
    const source = `
vars:
  n: 24
  rate: 5e-5
  flag: true
  map: { deep: { text: t } }
  list: [1, "\${vars.n}"]
  through: "\${vars.map.deep}"
  chain: \${vars.through.text}/u
  none:
  with-dash: 1
stages:
  a:
    with:
      x: ${written}
`
    const { stages } = soundDocument(source, { env: { N: '7', EMPTY: '' } })
    expect(stages[0]!.with).toEqual({ x: expected })
  })

  test('in every field of a stage, and in the name', () => {
    const source = `
name: \${vars.s}-\${env.USER}
description: \${not a reference}
vars: { s: first, all: { x: 1 }, port: { examples: first.examples }, list: [first] }
stages:
  first: {}
  second: { uses: "./\${vars.s}.ts", with: "\${vars.all}", from: "\${vars.port}", needs: "\${vars.list}" }
  third: { from: "\${vars.s}", needs: ["\${vars.s}"] }
`
    const { name, stages } = soundDocument(source, { env: { USER: 'me' } })
    expect(name).toBe('first-me')
    expect(stages).toEqual([
      { name: 'first', uses: 'first', with: {}, from: {}, needs: [] },
      { name: 'second', uses: './first.ts', with: { x: 1 }, from: { examples: 'first.examples' }, needs: ['first'] },
      { name: 'third', uses: 'third', with: {}, from: { '*': 'first' }, needs: ['first'] },
    ])
  })
})

test('keys without a value count as empty', () => {
  const { stages } = soundDocument('vars:\nprofiles:\nstages:\n  a:\n  b: { with: , from: , needs: }\n')
  expect(stages).toEqual([
    { name: 'a', uses: 'a', with: {}, from: {}, needs: [] },
    { name: 'b', uses: 'b', with: {}, from: {}, needs: [] },
  ])
})

describe('merge keys', () => {
  const rows: readonly [written: string, expected: unknown][] = [
    ['{ <<: *one, b: 9 }', { a: 1, b: 9 }],
    ['{ b: 9, <<: *one }', { b: 9, a: 1 }],
    ['{ <<: [*one, *two] }', { a: 1, b: 2, c: 4 }],
    ['{ <<: { z: 1 }, <<: *two }', { z: 1, b: 3, c: 4 }],
    ['{ "<<": 1 }', { '<<': 1 }],
  ]
  test.each(rows)('%s', (written, expected) => {
    const source = `vars: { one: &one { a: 1, b: 2 }, two: &two { b: 3, c: 4 } }\nstages: { a: { with: ${written} } }\n`
    const [stage] = soundDocument(source).stages
    expect(stage!.with).toEqual(expected)
    expect(Object.keys(stage!.with)).toEqual(Object.keys(expected as object))
  })
})

test.each([
  ['pipelines/squad.yaml', 'squad'],
  ['squad-v1.1.yml', 'squad-v1.1'],
  ['/elsewhere/job', 'job'],
])('the name of %s', (file, expected) => {
  expect(loadText('stages: { a: {} }', { file }).document?.name).toBe(expected)
})
