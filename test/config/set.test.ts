import { describe, expect, test } from 'vitest'
import { loadText, messagesOf, soundDocument } from './load-text.ts'

const text = `
vars:
  base: { len: 24, dir: . }
  stride: 16
  list: [1, 2]
  common: { lr: 1 }
profiles:
  fast:
    vars: { stride: 4, base: { len: 8 } }
    stages: { a: { with: { p: 1, list: [3] } } }
stages:
  a: { with: { stride: "\${vars.stride}", len: "\${vars.base.len}", dir: "\${vars.base.dir}/x", list: [1, 2] } }
  b: { with: "\${vars.common}", from: a }
`

describe('what a value becomes', () => {
  const rows: readonly [argument: string, expected: unknown][] = [
    ['3', 3],
    ['3e-5', 3e-5],
    ['+5e-05', 5e-5],
    ['.00005', 5e-5],
    ['"5e-5"', '5e-5'],
    ["'a: b'", 'a: b'],
    ['true', true],
    ['yes', 'yes'],
    ['null', null],
    ['', null],
    ['""', ''],
    ['  padded  ', 'padded'],
    ['a: b # c', 'a: b # c'],
    ['- a', '- a'],
    ['*a', '*a'],
    ['|', '|'],
    ['@x', '@x'],
    ['a=b', 'a=b'],
    ['hf://owner/name@main', 'hf://owner/name@main'],
    ['[1, two, 3.5]', [1, 'two', 3.5]],
    ['{ a: { b: "c" } }', { a: { b: 'c' } }],
    ['${vars.base}', { len: 24, dir: '.' }],
    ['{ a: "${vars.stride}" }', { a: 16 }],
    ['$${HOME}', '${HOME}'],
  ]
  test.each(rows)('%s', (value, expected) => {
    const { stages } = soundDocument(text, { overrides: [`stages.a.with.new=${value}`] })
    expect(stages[0]!.with.new).toEqual(expected)
  })
})

describe('later wins', () => {
  const plain = { stride: 16, len: 24, dir: './x', list: [1, 2] }
  const rows: readonly [profile: string | undefined, overrides: readonly string[], a: unknown, b: unknown][] = [
    [undefined, [], plain, { lr: 1 }],
    ['fast', [], { stride: 4, len: 8, dir: './x', list: [3], p: 1 }, { lr: 1 }],
    ['fast', ['vars.stride=2', 'stages.a.with.p=5'], { stride: 2, len: 8, dir: './x', list: [3], p: 5 }, { lr: 1 }],
    [undefined, ['vars.stride=2', 'vars.stride=3'], { ...plain, stride: 3 }, { lr: 1 }],
    [undefined, ['vars.base={ dir: data }'], { ...plain, dir: 'data/x' }, { lr: 1 }],
    [undefined, ['vars.base.len=${vars.stride}'], { ...plain, len: 16 }, { lr: 1 }],
    [undefined, ['stages.a.with={ len: 1 }'], { ...plain, len: 1 }, { lr: 1 }],
    [undefined, ['stages.a.with.list=[9]'], { ...plain, list: [9] }, { lr: 1 }],
    [undefined, ['stages.a.with.deep.er=1'], { ...plain, deep: { er: 1 } }, { lr: 1 }],
    [undefined, ['stages.b.with.p=1'], plain, { lr: 1, p: 1 }],
    [undefined, ['stages.b.with.lr=2'], plain, { lr: 2 }],
    [undefined, ['vars.common={ x: 3 }'], plain, { lr: 1, x: 3 }],
  ]
  test.each(rows)('%s %j', (profile, overrides, a, b) => {
    const { stages } = soundDocument(text, { overrides, ...(profile !== undefined && { profile }) })
    expect(stages.map(stage => stage.with)).toEqual([a, b])
  })

  test('the other fields of a stage', () => {
    const overrides = ['stages.b.uses=./x.ts', 'stages.b.from={ data: a.examples }', 'stages.b.needs=[a]']
    const [, b] = soundDocument(text, { overrides }).stages
    expect(b).toEqual({ name: 'b', uses: './x.ts', with: { lr: 1 }, from: { data: 'a.examples' }, needs: ['a'] })
  })
})

describe('mistakes', () => {
  const example = 'hint: Write it like `--set vars.model=./model` or `--set stages.train.with.learning_rate=3e-5`.'
  const rows: readonly [argument: string, expected: readonly string[]][] = [
    [
      'vars.stride',
      [
        'error[set-syntax] --set: `--set` takes `path=value`; there is no `=`.',
        '  --set vars.stride',
        '        ^^^^^^^^^^^',
        example,
      ],
    ],
    ['=3', ['error[set-syntax] --set: A name is missing in the path.', '  --set =3', '        ^', example]],
    [
      'vars..x=3',
      ['error[set-syntax] --set: A name is missing in the path.', '  --set vars..x=3', '             ^', example],
    ],
    [
      'var.stride=3',
      [
        'error[set-path] --set: `--set` changes `vars` and `stages`; found `var`.',
        '  --set var.stride=3',
        '        ^^^',
        'hint: Did you mean `vars`?',
      ],
    ],
    [
      'learning_rate=3',
      [
        'error[set-path] --set: `--set` changes `vars` and `stages`; found `learning_rate`.',
        '  --set learning_rate=3',
        '        ^^^^^^^^^^^^^',
        'hint: Write the whole path: `stages.NAME.with.learning_rate=…`, with the name of the stage.',
      ],
    ],
    [
      'stride=3',
      [
        'error[set-path] --set: `--set` changes `vars` and `stages`; found `stride`.',
        '  --set stride=3',
        '        ^^^^^^',
        'hint: Write the whole path: `vars.stride=…` or `stages.a.with.stride=…`.',
      ],
    ],
    [
      'a.stride=3',
      [
        'error[set-path] --set: `--set` changes `vars` and `stages`; found `a`.',
        '  --set a.stride=3',
        '        ^',
        'hint: Write the whole path: `stages.a.with.stride=…`.',
      ],
    ],
    [
      'a.with.new=3',
      [
        'error[set-path] --set: `--set` changes `vars` and `stages`; found `a`.',
        '  --set a.with.new=3',
        '        ^',
        'hint: Write the whole path: `stages.a.with.new=…`.',
      ],
    ],
    [
      'matrix.seed=[1, 2]',
      [
        'error[set-path] --set: `--set` changes `vars` and `stages`; found `matrix`.',
        '  --set matrix.seed=[1, 2]',
        '        ^^^^^^',
        'hint: Have `matrix` take the values from a variable, like `seed: ${vars.seeds}`, and set that.',
      ],
    ],
    [
      'vars={}',
      [
        'error[set-path] --set: `vars` cannot be set as a whole.',
        '  --set vars={}',
        '        ^^^^',
        'hint: Name what to set: `vars.name=…`.',
      ],
    ],
    [
      'stages.a=x',
      [
        'error[set-path] --set: A stage cannot be set as a whole.',
        '  --set stages.a=x',
        '               ^',
        'hint: Name one of its fields: `stages.a.with.…=…`.',
      ],
    ],
    [
      'stages.c.with.x=1',
      [
        'error[unknown-stage] --set: There is no stage `c`.',
        '  --set stages.c.with.x=1',
        '               ^',
        'hint: There are: `a`, `b`.',
      ],
    ],
    [
      'stages.a.wiht.x=1',
      [
        'error[unknown-key] --set: `wiht` is not a key of a stage.',
        '  --set stages.a.wiht.x=1',
        '                 ^^^^',
        'hint: Did you mean `with`?',
      ],
    ],
    [
      'stages.a.lr=1',
      [
        'error[unknown-key] --set: `lr` is not a key of a stage.',
        '  --set stages.a.lr=1',
        '                 ^^',
        'hint: There are: `uses`, `with`, `from`, `needs`, `resources`, `description`.',
      ],
    ],
    [
      'vars.strid=1',
      [
        'error[unknown-variable] --set: `vars.strid` is not defined.',
        '  --set vars.strid=1',
        '             ^^^^^',
        'hint: Did you mean `stride`?',
      ],
    ],
    [
      'vars.base.lne=1',
      [
        'error[unknown-variable] --set: `vars.base.lne` is not defined.',
        '  --set vars.base.lne=1',
        '                  ^^^',
        'hint: Did you mean `len`?',
      ],
    ],
    [
      'vars.stride.x=1',
      [
        'error[set-path] --set: `vars.stride` is the number 16, so nothing inside it can be set.',
        '  --set vars.stride.x=1',
        '                    ^',
        'hint: Set it as a whole: `vars.stride=…`.',
      ],
    ],
    [
      'vars.list.0=1',
      [
        'error[set-path] --set: `vars.list` is a list, so nothing inside it can be set.',
        '  --set vars.list.0=1',
        '                  ^',
        'hint: Set it as a whole: `vars.list=…`.',
      ],
    ],
    [
      'vars.stride="16',
      [
        'error[yaml-syntax] --set: A closing quote is missing.',
        '  --set vars.stride="16',
        '                    ^^^',
        'hint: Close the text with the quote it begins with.',
      ],
    ],
    [
      'stages.a.with.q={ x: 1, x: 2 }',
      [
        'error[duplicate-key] --set: `x` is written twice in the same map.',
        '  --set stages.a.with.q={ x: 1, x: 2 }',
        '                                ^',
        'note --set: It was first written here.',
        '  --set stages.a.with.q={ x: 1, x: 2 }',
        '                          ^',
        'hint: Keep one of them.',
      ],
    ],
    [
      'stages.a.with.q=${vars.strid}',
      [
        'error[unknown-variable] --set: `vars.strid` is not defined.',
        '  --set stages.a.with.q=${vars.strid}',
        '                        ^^^^^^^^^^^^^',
        'hint: Did you mean `vars.stride`?',
      ],
    ],
    [
      'stages.a.needs=b',
      [
        'error[wrong-type] --set: `needs` of stage `a` must be a list of stage names; found the string "b".',
        '  --set stages.a.needs=b',
        '                       ^',
        'hint: Write `needs: [b]`.',
      ],
    ],
  ]
  test.each(rows)('%s', (argument, expected) => {
    const loaded = loadText(text, { overrides: [argument] })
    expect(messagesOf(loaded)).toBe(expected.join('\n'))
    expect(loaded.document?.stages.length).toBe(2)
  })

  test.each([
    [
      'fats',
      text,
      [
        'error[unknown-profile] --profile: There is no profile `fats`.',
        '  --profile fats',
        '            ^^^^',
        'hint: Did you mean `fast`?',
      ],
    ],
    [
      'fast',
      'stages: { a: {} }',
      [
        'error[unknown-profile] --profile: There is no profile `fast`.',
        '  --profile fast',
        '            ^^^^',
        'hint: The pipeline file has no `profiles`.',
      ],
    ],
  ])('--profile %s', (profile, source, expected) => {
    expect(messagesOf(loadText(source, { profile }))).toBe(expected.join('\n'))
  })

  test.each(['stages: { a: {} }', 'vars:\nstages: { a: {} }', 'vars: {}\nstages: { a: {} }'])(
    '%j has no variables',
    source => {
      expect(messagesOf(loadText(source, { overrides: ['vars.x=1'] }))).toMatch(
        /^error\[unknown-variable\] --set: `vars\.x` is not defined\.\n {2}--set vars\.x=1\n {13}\^/,
      )
    },
  )

  test('a profile changes where inputs come from', () => {
    const source = `
profiles: { p: { stages: { b: { from: { x: a, y: null } }, c: { from: b } } } }
stages: { a: {}, b: { from: { x: c, z: c } }, c: { from: a } }
`
    const { stages } = soundDocument(source, { profile: 'p' })
    expect(stages.map(({ from }) => from)).toEqual([{}, { x: 'a', y: null, z: 'c' }, { '*': 'b' }])
  })

  test('what is wrong in the chosen profile is reported once, the rest applies', () => {
    const source = `
profiles: { p: { stages: { b: { with: { x: 1 } }, a: { with: { x: 2 } } } } }
stages: { a: { with: {} } }
`
    const { document, diagnostics } = loadText(source, { profile: 'p' })
    expect(diagnostics.map(({ code }) => code)).toEqual(['unknown-stage'])
    expect(document?.stages[0]?.with).toEqual({ x: 2 })
  })
})
