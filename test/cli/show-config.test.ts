import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderWith, start } from './sluice.ts'

const stage = `
import { defineStage, Type } from 'sluice'
export default defineStage({
  name: 'mine',
  version: 1,
  summary: 'Does nothing.',
  config: Type.Object({
    file: Type.Location(),
    rate: Type.Number({ default: 5e-5 }),
    steps: Type.Integer(),
    names: Type.Array(Type.String(), { default: [] }),
    env: Type.Record(Type.String(), Type.String(), { default: {} }),
    home: Type.Optional(Type.String()),
    base: Type.Optional(Type.Integer()),
  }),
  run: () => ({}),
})
`
const pipeline = `
vars: { data: ./data.json, base: &base 7 }
profiles:
  quick:
    vars: { data: ./small.json }
    stages: { mine: { with: { steps: 10, env: { A: "1" } } } }
stages:
  mine:
    uses: ./mine.ts
    with: { file: "\${vars.data}", steps: 1000, names: [x, "\${env.NAME}"], env: { A: "0", B: "0" }, base: *base }
  shell: { with: { run: "true" } }
`
const files = { 'p.yaml': pipeline, 'mine.ts': stage, 'data.json': '', 'small.json': '' }
const options = [
  '--profile',
  'quick',
  '--set',
  'stages.mine.with.rate=3e-5',
  '--set',
  'stages.mine.with.home=${env.NAME}',
]
const plan = (folder: string, ...args: readonly string[]) =>
  start(folder, ['plan', 'p.yaml', '--show', 'config', ...args], { env: { NAME: 'me' } }).ended

test('plan --show config shows every value and where it comes from', async () => {
  const { code, out, err } = await plan(folderWith(files), ...options, '--until', 'mine')
  expect([code, err]).toEqual([0, ''])
  expect(out).toBe(`mine (./mine.ts)
  file      small.json  p.yaml:10:19, \${vars.data} from profile quick (p.yaml:5:19)
  steps     10          profile quick (p.yaml:6:38)
  names[0]  "x"         p.yaml:10:56
  names[1]  "me"        p.yaml:10:59, \${env.NAME}
  env.A     "1"         profile quick (p.yaml:6:52)
  env.B     "0"         p.yaml:10:93
  base      7           p.yaml:10:106, *base from p.yaml:2:40
  rate      0.00003     --set stages.mine.with.rate=3e-5
  home      "me"        --set stages.mine.with.home=\${env.NAME}, \${env.NAME}
`)
})

test('as JSON, with defaults', async () => {
  const folder = folderWith(files)
  const { out } = await plan(folder, '--json', '--only', 'mine', '--set', 'stages.mine.with.steps=1')
  const file = join(folder, 'p.yaml')
  expect(JSON.parse(out)).toEqual({
    stage: 'mine',
    uses: './mine.ts',
    config: {
      file: join(folder, 'data.json'),
      rate: 5e-5,
      steps: 1,
      names: ['x', 'me'],
      env: { A: '0', B: '0' },
      base: 7,
    },
    origins: {
      '/file': {
        from: 'file',
        file,
        line: 10,
        column: 19,
        through: [{ name: 'vars.data', from: 'file', file, line: 2, column: 15 }],
      },
      '/rate': { from: 'default' },
      '/steps': { from: 'set', argument: 'stages.mine.with.steps=1' },
      '/names/0': { from: 'file', file, line: 10, column: 56 },
      '/names/1': { from: 'file', file, line: 10, column: 59, through: [{ name: 'env.NAME', from: 'environment' }] },
      '/env/A': { from: 'file', file, line: 10, column: 85 },
      '/env/B': { from: 'file', file, line: 10, column: 93 },
      '/base': {
        from: 'file',
        file,
        line: 10,
        column: 106,
        through: [{ name: '&base', from: 'file', file, line: 2, column: 40 }],
      },
    },
  })
})

test("of a matrix it shows one cell, and which values are the matrix's", async () => {
  const matrix = `matrix:
  data: [./small.json, ./data.json]
  stages.mine.with.rate: [1, 2]
  stages.mine.with.env: [{ B: "2" }]
`
  const folder = folderWith({ ...files, 'p.yaml': pipeline + matrix })
  const { code, err } = await plan(folder)
  expect([code, err]).toEqual([
    2,
    `error[which-cell] p.yaml:13:3: The matrix of \`p\` has 4 cells, and this command shows one.
  11 |   shell: { with: { run: "true" } }
  12 | matrix:
> 13 |   data: [./small.json, ./data.json]
     |   ^^^^
  14 |   stages.mine.with.rate: [1, 2]
  15 |   stages.mine.with.env: [{ B: "2" }]
hint: Choose it: --set vars.data=./small.json --set stages.mine.with.rate=1 --set 'stages.mine.with.env={"B":"2"}'
`,
  ])
  const cell = ['vars.data=./small.json', 'stages.mine.with.rate=3', 'stages.mine.with.env={ B: "2" }']
  const sets = cell.flatMap(each => ['--set', each])
  expect((await plan(folder, ...sets, '--only', 'mine')).out).toBe(`mine (./mine.ts)
  file      small.json  p.yaml:10:19, \${vars.data} from matrix (p.yaml:13:10)
  steps     1000        p.yaml:10:42
  names[0]  "x"         p.yaml:10:56
  names[1]  "me"        p.yaml:10:59, \${env.NAME}
  env.A     "0"         p.yaml:10:85
  env.B     "2"         matrix (p.yaml:15:31)
  base      7           p.yaml:10:106, *base from p.yaml:2:40
  rate      3           --set stages.mine.with.rate=3
`)
  const { origins } = JSON.parse((await plan(folder, ...sets, '--only', 'mine', '--json')).out)
  expect(origins['/env/B']).toEqual({
    from: 'matrix',
    axis: 'stages.mine.with.env',
    file: join(folder, 'p.yaml'),
    line: 15,
    column: 31,
  })
})

test('--show has no other value', async () => {
  const { code, err } = await start(folderWith(files), ['plan', 'p.yaml', '--show', 'graph'], { env: { NAME: 'me' } })
    .ended
  expect([code, err]).toEqual([2, 'error[flag-value] --show is config, not `graph`.\n'])
})
