import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { builtins } from '../../src/library/builtins.ts'
import { type Editor, startEditor } from './editor-server.ts'

// schemas/pipeline.schema.json in the server that editors use for YAML.
const root = fileURLToPath(new URL('../..', import.meta.url))
const file = join(root, 'pipelines/edited.yaml')
const head = '# yaml-language-server: $schema=../schemas/pipeline.schema.json\n'

const builtin = Object.keys(builtins)

let editor: Editor
beforeAll(async () => {
  editor = await startEditor(root)
})
afterAll(() => editor.close())

describe('completion', () => {
  const offered = async (text: string) => [...(await editor.completions(file, head + text)).keys()]

  test('of a stage, by its name or by `uses`', async () => {
    expect(await offered('stages:\n  |\n')).toEqual(expect.arrayContaining(builtin))
    expect(await offered('stages:\n  mine:\n    uses: |\n')).toEqual(expect.arrayContaining(builtin))
  })

  test('of parameters', async () => {
    const parameters = ['doc_stride', 'max_query_length', 'max_seq_length']
    expect(await offered('stages:\n  span:\n    with:\n      |\n')).toEqual(expect.arrayContaining(parameters))
    expect(await offered('stages:\n  mine:\n    uses: span\n    with:\n      |\n')).toEqual(
      expect.arrayContaining(parameters),
    )
    expect(await offered('profiles:\n  p:\n    stages:\n      span:\n        with:\n          |\n')).toEqual(
      expect.arrayContaining(parameters),
    )
  })

  test('of the values of a parameter', async () => {
    expect(await offered('stages:\n  train:\n    with:\n      engine: |\n')).toEqual(
      expect.arrayContaining(['auto', 'onnx', 'reference', 'tensorflow']),
    )
  })

  test('of inputs, and of the keys of a stage and of a pipeline', async () => {
    expect(await offered('stages:\n  evaluate:\n    from:\n      |\n')).toEqual(
      expect.arrayContaining(['examples', 'predictions']),
    )
    expect(await offered('stages:\n  span:\n    |\n')).toEqual(
      expect.arrayContaining(['uses', 'with', 'from', 'needs', 'description']),
    )
    expect(await offered('|\n')).toEqual(expect.arrayContaining(['name', 'description', 'vars', 'profiles', 'stages']))
  })

  test('says what a parameter is', async () => {
    const items = await editor.completions(file, `${head}stages:\n  span:\n    with:\n      |\n`)
    expect(items.get('doc_stride')).toContain(describedAs('span', 'doc_stride'))
  })
})

test.each([
  ['of a parameter', 'stages:\n  span:\n    with:\n      doc_st|ride: 128\n', describedAs('span', 'doc_stride')],
  [
    'of one behind `uses`',
    'stages:\n  mine:\n    uses: train\n    with:\n      save_st|eps: 128\n',
    describedAs('train', 'save_steps'),
  ],
  ['of a stage', 'stages:\n  sp|an: {}\n', describedAs('span')],
])('hovering shows the description %s', async (_, text, description) => {
  expect(await editor.hover(file, head + text)).toContain(description)
})

describe('marks', () => {
  const rows: readonly [what: string, text: string, marks: readonly string[]][] = [
    [
      'a wrong parameter name',
      'stages:\n  span:\n    with:\n      max_seq_len: 384\n',
      ['5:7 Property max_seq_len is not allowed.'],
    ],
    [
      'a wrong type',
      'stages:\n  span:\n    with:\n      doc_stride: many\n',
      ['5:19 Incorrect type. Expected "integer".'],
    ],
    [
      'a wrong type behind `uses`',
      'stages:\n  mine:\n    uses: span\n    with:\n      doc_stride: [1]\n',
      ['6:19 Incorrect type. Expected "integer | string".'],
    ],
    [
      'a stage that does not exist',
      'stages:\n  mine:\n    uses: spam\n',
      [`4:11 Value must be ${builtin.map(name => `"${name}"`).join(' | ')}.`],
    ],
    ['a stage without `uses` that is not built in', 'stages:\n  mine: {}\n', ['3:3 Missing property "uses".']],
    ['a missing parameter', 'stages:\n  read: {}\n', ['3:3 Missing property "with".']],
    ['a wrong key of a pipeline', 'stage: {}\nstages: { cache: {} }\n', ['2:1 Property stage is not allowed.']],
    [
      'no reference',
      'vars: { n: 1 }\nstages:\n  span:\n    with:\n      doc_stride: ${vars.n}\n      max_seq_length: "${vars.n}"\n',
      [],
    ],
    [
      'no local stage',
      'stages:\n  mine: { uses: ./mine.ts, with: { x: 1 }, from: { a: read }, needs: [read] }\n  span: { uses: ./span.ts, with: { y: 2 } }\n',
      [],
    ],
    ['no installed stage', 'stages:\n  mine: { uses: some-package/stage, with: { x: 1 } }\n', []],
    [
      'no empty places',
      'name: x\ndescription: y\nvars:\nprofiles:\nstages:\n  cache:\n  span: { with: , from: , needs: }\n',
      [],
    ],
    [
      'no anchors, aliases and merge keys',
      'vars: { base: &base { doc_stride: 1 } }\nstages:\n  span: { with: *base }\n  again: { uses: span, with: { <<: *base, max_seq_length: 32 } }\n',
      [],
    ],
  ]
  test.each(rows)('%s', async (_, text, marks) => {
    expect(await editor.marks(file, head + text)).toEqual(marks)
  })

  const shipped = readdirSync(join(root, 'pipelines')).filter(name => name.endsWith('.yaml'))
  test.each(shipped)('nothing in pipelines/%s', async name => {
    const path = join(root, 'pipelines', name)
    expect(await editor.marks(path, readFileSync(path, 'utf8'))).toEqual([])
  })
})

/** The description of a stage or of one of its parameters in its own schema. */
function describedAs(stage: string, parameter?: string): string {
  const schema = JSON.parse(readFileSync(join(root, `schemas/stages/${stage}.schema.json`), 'utf8'))
  return parameter === undefined ? schema.description : schema.properties[parameter].description
}
