import { describe, expect, it, test } from 'vitest'
import { cellFolder, cellName, cellSettings, shortNames } from '../../src/config/cell-name.ts'
import type { LoadOptions } from '../../src/config/load.ts'
import { loadText, messagesOf } from './load-text.ts'

const sweep = `
vars: { seed: 1, dir: ./a, seeds: [8, 9], span: { stride: 1, length: 2 } }
matrix:
  stages.train.with.rate: [3e-5, 5e-5]
  seed: [1, 2]
profiles:
  once: { matrix: null }
  rates: { matrix: { seed: null } }
  seeds: { matrix: { seed: [7, 8, 9], stages.train.with.rate: null } }
  named: { matrix: { seed: "\${vars.seeds}" } }
stages:
  train: { with: { rate: 1e-5, seed: "\${vars.seed}" } }
`

/** What each cell has of the stage `train`; of an ordinary run, that alone. */
const cellsOf = (text: string, options: Partial<LoadOptions> = {}) => {
  const loaded = loadText(text, options)
  expect(messagesOf(loaded)).toBe('')
  const withOf = (document = loaded.document) => document?.stages.find(({ name }) => name === 'train')?.with
  return loaded.cells
    ? loaded.cells.map(({ cell, load }) => {
        const { document, diagnostics } = load()
        expect(diagnostics).toEqual([])
        return [cellName(cell), withOf(document)]
      })
    : withOf()
}

describe('the cells of a matrix', () => {
  it('are all combinations, the last axis fastest; a matrix wins over vars and stages', () => {
    expect(cellsOf(sweep)).toEqual([
      ['rate=3e-5, seed=1', { rate: 3e-5, seed: 1 }],
      ['rate=3e-5, seed=2', { rate: 3e-5, seed: 2 }],
      ['rate=5e-5, seed=1', { rate: 5e-5, seed: 1 }],
      ['rate=5e-5, seed=2', { rate: 5e-5, seed: 2 }],
    ])
  })

  it('are narrowed by --set, however the value is spelt; all set make an ordinary run', () => {
    expect(cellsOf(sweep, { overrides: ['vars.seed=2'] })).toEqual([
      ['rate=3e-5', { rate: 3e-5, seed: 2 }],
      ['rate=5e-5', { rate: 5e-5, seed: 2 }],
    ])
    const one = { overrides: ['vars.seed=2', 'stages.train.with.rate=0.00005'] }
    expect(cellsOf(sweep, one)).toEqual({ rate: 5e-5, seed: 2 })
    expect(cellSettings(loadText(sweep, one).document?.cell ?? [])).toEqual([
      'stages.train.with.rate=5e-5',
      'vars.seed=2',
    ])
  })

  it('of maps are laid over those of the file, and chosen by --set all the same', () => {
    const text = `
vars: { m: { a: 1, b: 1 }, n: { c: 1 } }
matrix: { m: [{ b: 2 }, { b: 3 }], stages.train.with.n: [{ d: 4 }, { d: 5 }] }
stages: { train: { with: { m: "\${vars.m}", n: "\${vars.n}" } } }
`
    const of = (b: number, d: number) => ({ m: { a: 1, b }, n: { c: 1, d } })
    expect(cellsOf(text)).toEqual([
      ['m={"b":2}, n={"d":4}', of(2, 4)],
      ['m={"b":2}, n={"d":5}', of(2, 5)],
      ['m={"b":3}, n={"d":4}', of(3, 4)],
      ['m={"b":3}, n={"d":5}', of(3, 5)],
    ])
    expect(cellsOf(text, { overrides: ['vars.m={ b: 3 }'] })).toEqual([
      ['n={"d":4}', of(3, 4)],
      ['n={"d":5}', of(3, 5)],
    ])
    const last = { overrides: ['vars.m={ b: 3 }', 'stages.train.with.n={ d: 5 }'] }
    expect(cellsOf(text, last)).toEqual(of(3, 5))
    // What is set inside of them leaves all cells, and counts in each.
    expect(cellsOf(text, { overrides: ['vars.m.a=7', 'stages.train.with.n={ d: 5 }'] })).toEqual([
      ['m={"b":2}', { m: { a: 7, b: 2 }, n: { c: 1, d: 5 } }],
      ['m={"b":3}', { m: { a: 7, b: 3 }, n: { c: 1, d: 5 } }],
    ])
  })

  it('are narrowed by a value that the matrix does not have, too: --set wins', () => {
    expect(cellsOf(sweep, { overrides: ['vars.seed=7'] })).toEqual([
      ['rate=3e-5', { rate: 3e-5, seed: 7 }],
      ['rate=5e-5', { rate: 5e-5, seed: 7 }],
    ])
  })

  test.each([
    ['once', { rate: 1e-5, seed: 1 }],
    [
      'rates',
      [
        ['rate=3e-5', { rate: 3e-5, seed: 1 }],
        ['rate=5e-5', { rate: 5e-5, seed: 1 }],
      ],
    ],
    ['seeds', [7, 8, 9].map(seed => [`seed=${seed}`, { rate: 1e-5, seed }])],
    [
      'named',
      [3e-5, 5e-5].flatMap(rate =>
        [8, 9].map(seed => [`rate=${rate === 3e-5 ? '3e-5' : '5e-5'}, seed=${seed}`, { rate, seed }]),
      ),
    ],
  ] as const)('are what the profile %s makes of them', (profile, cells) => {
    expect(cellsOf(sweep, { profile })).toEqual(cells)
  })

  it('come from a variable that --set gives', () => {
    const options = { profile: 'named', overrides: ['vars.seeds=[5]', 'stages.train.with.rate=1'] }
    expect(cellsOf(sweep, options)).toEqual([['seed=5', { rate: 1, seed: 5 }]])
  })

  it('merge maps, as profiles and --set do; what --set changes inside of them stays changed', () => {
    const text = `
vars: { span: { stride: 1, length: 2 } }
matrix: { span: [{ stride: 3 }, { stride: 4 }] }
stages: { train: { with: "\${vars.span}" } }
`
    expect(cellsOf(text)).toEqual([
      ['span={"stride":3}', { stride: 3, length: 2 }],
      ['span={"stride":4}', { stride: 4, length: 2 }],
    ])
    expect(cellsOf(text, { overrides: ['vars.span.length=9'] })).toEqual([
      ['span={"stride":3}', { stride: 3, length: 9 }],
      ['span={"stride":4}', { stride: 4, length: 9 }],
    ])
  })

  it('need no value that a variable lacks without them', () => {
    const text = `
vars: { seed: "\${env.NOT_SET}" }
matrix: { seed: [1] }
stages: { train: { with: { seed: "\${vars.seed}" } } }
`
    expect(cellsOf(text)).toEqual([['seed=1', { seed: 1 }]])
  })
})

describe('a value of the matrix', () => {
  it('is placed in the matrix, and a path in it is relative to the file, chosen by --set or not', () => {
    const text = 'vars: { dir: x }\nmatrix: { dir: [./a, ./b] }\nstages: { train: { with: { dir: "${vars.dir}" } } }\n'
    const path = ['stages', 'train', 'with', 'dir']
    const [first] = loadText(text).cells ?? []
    const chosen = loadText(text, { overrides: ['vars.dir=./a'] }).document
    for (const document of [first?.load().document, chosen]) {
      expect(document?.folder(path)).toBe('/home/me/project/pipelines')
      expect(document?.origins(path).map(({ range: { start } }) => [start.line, start.column])).toEqual([[2, 17]])
    }
    // Another one means what `--set` means by it.
    expect(loadText(text, { overrides: ['vars.dir=./c'] }).document?.folder(path)).toBe('/home/me/project')
  })

  test.each([
    '1',
    '"1"',
    'a b',
    '"a: b"',
    '[1, "2"]',
    '{ a: null }',
    'null',
    'true',
    '"true"',
    '1e3',
    '0x1f',
    '.inf',
    "'$${x}'",
  ])('%s is chosen by what names it', written => {
    const text = `vars: { x: other }\nmatrix: { x: [${written}, rest] }\nstages: { train: { with: { x: "\${vars.x}" } } }\n`
    const [first] = loadText(text).cells ?? []
    const wanted = cellsOf(text, { overrides: [] })
    const { document, diagnostics } = loadText(text, { overrides: cellSettings(first?.cell ?? []) })
    expect([document?.cell?.length, document?.stages[0]?.with, diagnostics]).toEqual([
      1,
      (wanted as [[string, object]])[0][1],
      [],
    ])
  })
})

describe('names', () => {
  it('are the last of a path, unless two axes end alike', () => {
    expect(shortNames(['seed', 'stages.a.with.rate', 'stages.b.with.rate'])).toEqual([
      'seed',
      'stages.a.with.rate',
      'stages.b.with.rate',
    ])
  })

  it('of folders say the whole cell in what every file system takes', () => {
    const text = 'vars: { x: 1, y: 1 }\nmatrix: { x: ["a/b c", d], y: [1] }\nstages: { train: {} }\n'
    const folders = (overrides: readonly string[]) => {
      const { cells, document } = loadText(text, { overrides })
      return (cells?.map(each => each.cell) ?? [document?.cell ?? []]).map(cellFolder)
    }
    expect(folders([])).toEqual(['x=a_b_c,y=1-7828f882', 'x=d,y=1'])
    expect(folders(['vars.x=d'])).toEqual(['x=d,y=1'])
    expect(folders(['vars.x=d', 'vars.y=1'])).toEqual(['x=d,y=1'])
  })
})
