import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileProbe } from '../../src/plan/probe.ts'
import { testStage } from '../../src/testing/index.ts'
import exportStage from '../../stages/export.ts'
import { outputRig, tinyModel } from './output-rig.ts'

const { folder, output_dir } = outputRig('export')

const model = tinyModel({
  vocab: ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', '\u2028', '__proto__'],
  do_lower_case: true,
})
const run = (config: object = {}) => testStage(exportStage, { config: { output_dir, ...config }, inputs: { model } })
const check = (config: object = {}) =>
  exportStage.check!({
    config: { output_dir, overwrite_output_dir: false, ...config },
    facts: {},
    probe: fileProbe(folder),
    forbidden: [],
  })
const names = [
  'config.json',
  'export.json',
  'onnx/model.onnx',
  'special_tokens_map.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'vocab.txt',
]
const read = (name: string) => readFileSync(join(output_dir, name))

describe('an exported folder', () => {
  it('holds what transformers.js looks for, and a mark that lists it with digests', async () => {
    const { wrote, results } = await run()
    const found = readdirSync(output_dir, { recursive: true, encoding: 'utf8' })
    expect(found.sort()).toEqual([...names, 'onnx'].sort())
    expect([...wrote].sort()).toEqual(names.map(name => join(output_dir, name)))
    expect(results).toEqual({ onnx: output_dir })
    const listed = names.filter(name => name !== 'export.json')
    expect(JSON.parse(read('export.json').toString())).toEqual({
      files: Object.fromEntries(
        listed.map(name => {
          const bytes = read(name)
          return [name, { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }]
        }),
      ),
    })
    expect(readdirSync(folder)).toEqual(['out'])
  })

  it('is the same bytes every time, and foreign files stay', async () => {
    await run()
    const before = names.map(read)
    writeFileSync(join(output_dir, 'onnx', 'notes.txt'), 'mine')
    writeFileSync(join(output_dir, 'onnx', 'model.onnx'), 'changed by hand')
    expect(check()).toEqual([])
    await run()
    expect(names.map(read)).toEqual(before)
    expect(existsSync(join(output_dir, 'onnx', 'notes.txt'))).toBe(true)
  })
})

describe('check', () => {
  it.each<[string, () => void, object]>([
    ['an absent folder', () => {}, {}],
    ['a foreign folder when told so', () => writeFileSync(join(output_dir, 'a'), ''), { overwrite_output_dir: true }],
    [
      'a folder in which the first run was interrupted',
      () => {
        mkdirSync(join(output_dir, '.sluice-partial', 'onnx'), { recursive: true })
        writeFileSync(join(output_dir, '.sluice-partial', 'config.json'), '')
      },
      {},
    ],
  ])('accepts %s', (name, prepare, config) => {
    if (name !== 'an absent folder') mkdirSync(output_dir)
    prepare()
    expect(check(config)).toEqual([])
  })

  it('refuses a folder that holds something else, such as what `save` wrote', () => {
    mkdirSync(output_dir)
    writeFileSync(join(output_dir, 'training_args.json'), '{"files": {}}')
    expect(check()).toEqual([
      {
        code: 'output-not-empty',
        at: '/output_dir',
        message: `Expected an empty folder, or one that this stage wrote; ${output_dir} holds training_args.json.`,
        hint: 'Name another folder, or set `overwrite_output_dir: true`: the files of a model are then replaced, others stay.',
      },
    ])
  })
})
