import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { LoadOptions } from '../../src/config/load.ts'
import { placeOf } from '../../src/diagnostic/format.ts'
import { cwd, loadText, soundDocument } from './load-text.ts'

const doc = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')
const statements = doc
  .slice(doc.indexOf('## What wins'))
  .split('\n')
  .filter(line => line.startsWith('- '))
  .map(line => line.slice(2))

/** What stage `a` is configured with, each value with where it comes from; `@` where that is relative to the current folder. */
const configured = (text: string, options: Partial<LoadOptions>) => {
  const document = firstCell(text, options)
  const stage = document.stages.find(({ name }) => name === 'a')!
  const visit = (value: unknown, path: readonly string[]): readonly string[] => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0)
      return Object.entries(value).flatMap(([key, item]) => visit(item, [...path, key]))
    const { range, profile, axis, through = [] } = document.written(['stages', 'a', ...path]) ?? {}
    const from = [
      ...(profile === undefined ? [] : [`profile ${profile}`]),
      ...(axis === undefined ? [] : [`matrix ${axis}`]),
      range ? placeOf(range, cwd).replace('pipelines/p.yaml:', '') : 'default',
      ...through.map(({ name, range: at, profile: of, axis }) =>
        [name, of, axis && `matrix ${axis}`, at && placeOf(at, cwd).replace('pipelines/p.yaml:', '')]
          .filter(Boolean)
          .join(' '),
      ),
    ]
    const here = document.folder(['stages', 'a', ...path]) === cwd ? '@' : ''
    return [`${path.slice(1).join('.')}=${here}${JSON.stringify(value)} ${from.join(', ')}`]
  }
  return [
    ...Object.entries(stage.with).flatMap(([name, value]) => visit(value, ['with', name])),
    ...Object.entries(stage.from).flatMap(([port, source]) => visit(source, ['from', port])),
  ]
}

/** The document of a text without a matrix, or of the first cell, in which nothing may be wrong. */
const firstCell = (text: string, options: Partial<LoadOptions>) => {
  const [cell] = loadText(text, options).cells ?? []
  const document = soundDocument(text, options)
  return cell ? cell.load().document! : document
}

const p = (more: string) => `vars: { v: 1, m: { x: 1, y: 2 }, path: ./v }
profiles:
  p: ${more}
  q: { vars: { v: 9 }, stages: { a: { with: { x: 9 } } } }
stages:
  b: {}
  a: `
const rows: Readonly<
  Record<string, readonly [text: string, options: Partial<LoadOptions>, expected: readonly string[]]>
> = {
  'What the file writes beats the default.': ['stages: { a: { with: { x: 1 } } }', {}, ['x=1 1:27']],
  'A profile beats the file, if it is chosen.': [
    `${p('{ stages: { a: { with: { x: 2 } } } }')}{ with: { x: 1, z: 1 } }`,
    { profile: 'p' },
    ['x=2 profile p, 3:34', 'z=1 7:25'],
  ],
  'A matrix beats the file and the profile.': [
    `${p('{ vars: { v: 2 }, stages: { a: { with: { x: 2, z: 2 } } } }')}{ with: { x: 1, y: "\${vars.v}" } }
matrix: { v: [3, 4], stages.a.with.x: [5, 6] }`,
    { profile: 'p' },
    ['x=5 matrix stages.a.with.x, 8:40', 'y=3 7:25, vars.v matrix v 8:15', 'z=2 profile p, 3:56'],
  ],
  '`--set` beats the profile.': [
    `${p('{ stages: { a: { with: { x: 2 } } } }')}{ with: { x: 1 } }`,
    { profile: 'p', overrides: ['stages.a.with.x=3'] },
    ['x=@3 --set'],
  ],
  '`--set` beats the matrix: the runs that are left have that value.': [
    `${p('{}')}{ with: { x: "\${vars.v}", y: 1 } }\nmatrix: { v: [3, 4], stages.a.with.y: [5, 6] }`,
    { overrides: ['vars.v=7'] },
    ['x=@7 7:19, vars.v --set', 'y=5 matrix stages.a.with.y, 8:40'],
  ],
  'Of two `--set` of one value the last one counts.': [
    'stages: { a: { with: { x: 1 } } }',
    { overrides: ['stages.a.with.x=2', 'stages.a.with.x=3'] },
    ['x=@3 --set'],
  ],
  'Maps are merged key by key, in a profile and in `--set`.': [
    `${p('{ stages: { a: { with: { m: { y: 2 } } } } }')}{ with: { m: { x: 1, y: 1, z: 1 } } }`,
    { profile: 'p', overrides: ['stages.a.with.m={ z: 3 }'] },
    ['m.x=1 7:24', 'm.y=2 profile p, 3:39', 'm.z=@3 --set'],
  ],
  'Lists are replaced as a whole.': [
    `${p('{ stages: { a: { with: { l: [3] } } } }')}{ with: { l: [1, 2] } }`,
    { profile: 'p' },
    ['l=[3] profile p, 3:34'],
  ],
  'A reference has the value that its variable has after the profile and `--set`.': [
    `${p('{ vars: { v: 2 } }')}{ with: { x: "\${vars.v}", m: "\${vars.m}" } }`,
    { profile: 'p', overrides: ['vars.m.y=3'] },
    ['x=2 7:19, vars.v p 3:19', 'm.x=1 1:23, vars.m 1:18', 'm.y=@3 --set'],
  ],
  'The environment beats nothing: it counts where `${env.NAME}` is written.': [
    `${p('{}')}{ with: { x: 1, y: "\${env.x}" } }`,
    { env: { x: '2', v: '2' } },
    ['x=1 7:19', 'y=@"2" 7:25, env.x'],
  ],
  'An own key beats one that is merged by `<<`, wherever it stands.': [
    'vars: { base: &base { x: 1, y: 1 } }\nstages: { a: { with: { y: 2, <<: *base } } }',
    {},
    ['y=2 2:27', 'x=1 1:26'],
  ],
  'Of several maps in `<<: [*a, *b]` the first one that has a key counts.': [
    'vars: { a: &a { x: 1 }, b: &b { x: 2, y: 2 } }\nstages: { a: { with: { <<: [*a, *b] } } }',
    {},
    ['x=1 1:20', 'y=2 1:42'],
  ],
  '`from` of a profile beats that of the stage, port by port.': [
    `${p('{ stages: { a: { from: { one: b } } } }')}{ from: { one: c, two: c } }`,
    { profile: 'p' },
    ['one="b" profile p, 3:36', 'two="c" 7:29'],
  ],
  'A relative path is relative to the folder of the pipeline file.': [
    `${p('{ stages: { a: { with: { y: ./y } } } }')}{ with: { x: ./x, z: "\${vars.path}" } }`,
    { profile: 'p' },
    ['x="./x" 7:19', 'z="./v" 7:27, vars.path 1:40', 'y="./y" profile p, 3:34'],
  ],
  'A relative path in `--set` is relative to the current folder.': [
    `${p('{}')}{ with: { x: "\${vars.path}" } }`,
    { overrides: ['vars.path=./w', 'stages.a.with.y=./y'] },
    ['x=@"./w" 7:19, vars.path --set', 'y=@"./y" --set'],
  ],
  'A value of the matrix that `--set` chooses means what it means in the file.': [
    `${p('{}')}{ with: { x: "\${vars.path}" } }\nmatrix: { path: [./w, ./u] }`,
    { overrides: ['vars.path=./u'] },
    ['x="./u" 7:19, vars.path matrix path 8:23'],
  ],
  'A relative path in the environment is relative to the current folder.': [
    `${p('{}')}{ with: { x: "\${env.X}", y: "\${env.X}/y" } }`,
    { env: { X: './e' } },
    ['x=@"./e" 7:19, env.X', 'y=@"./e/y" 7:34, env.X'],
  ],
  "A path that begins with a reference is relative to what the variable's value is relative to.": [
    `${p('{}')}{ with: { x: "\${vars.path}/x", y: "./\${vars.path}" } }`,
    { overrides: ['vars.path=w'] },
    ['x=@"w/x" 7:19, vars.path --set', 'y="./w" 7:40, vars.path --set'],
  ],
}

test.each(Object.entries(rows))('%s', (_, [text, options, expected]) => {
  expect(configured(text, options)).toEqual(expected)
})

test('A default counts where nobody writes the parameter.', () => {
  expect(soundDocument('stages: { a: { with: { x: 1 } } }').written(['stages', 'a', 'with', 'y'])).toBeUndefined()
})

test('docs/configuration.md states what is proven here, and no more', () => {
  expect(statements).toEqual(['A default counts where nobody writes the parameter.', ...Object.keys(rows)])
})
