import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Model } from '../../src/model/model.types.ts'
import { readModelFolder } from '../../src/model/read-model.ts'
import { fileProbe } from '../../src/plan/probe.ts'
import { declaredCase, readText, readVocabulary } from '../../src/squad/index.ts'
import { testStage } from '../../src/testing/index.ts'
import save from '../../stages/save.ts'
import { tinyConfig } from '../training/datasets.ts'
import { outputRig, tinyModel } from './output-rig.ts'

const { folder, output_dir } = outputRig('save')

const model: Model = {
  ...tinyModel({ vocab: ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', '\u2028', ''], do_lower_case: false }),
  training: { global_step: 3, learning_rate: 5e-5 },
}
const run = (config: object = {}) => testStage(save, { config: { output_dir, ...config }, inputs: { model } })
const check = (config: object = {}, forbidden: { path: string; why: string }[] = []) =>
  save.check!({
    config: { output_dir, overwrite_output_dir: false, ...config },
    facts: {},
    probe: fileProbe(folder),
    forbidden,
  })
const names = [
  'config.json',
  'model.safetensors',
  'special_tokens_map.json',
  'tokenizer_config.json',
  'training_args.json',
  'vocab.txt',
]

describe('a saved folder', () => {
  it('holds what transformers needs, and a mark that lists it with digests', async () => {
    const { wrote, results } = await run()
    expect(readdirSync(output_dir).sort()).toEqual(names)
    expect([...wrote].sort()).toEqual(names.map(name => join(output_dir, name)))
    expect(results).toEqual({ model: output_dir })
    const { files, ...training } = JSON.parse(readFileSync(join(output_dir, 'training_args.json'), 'utf8'))
    expect(training).toEqual(model.training)
    expect(files).toEqual(
      Object.fromEntries(
        names
          .filter(name => name !== 'training_args.json')
          .map(name => {
            const bytes = readFileSync(join(output_dir, name))
            return [name, { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }]
          }),
      ),
    )
    expect(readFileSync(join(output_dir, 'vocab.txt'), 'utf8')).toBe('[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n\u2028\n\n')
    expect(readdirSync(folder)).toEqual(['out'])
  })

  it('reads back as the same model', async () => {
    await run()
    const said: string[] = []
    const files = async (path: string) => (existsSync(path) ? path : undefined)
    const { config, weights, tokenizer } = model
    expect(await readModelFolder(output_dir, files, message => said.push(message))).toEqual({ config, weights })
    expect(said).toEqual([])
    expect(await readVocabulary(join(output_dir, 'vocab.txt'), files)).toEqual(tokenizer.vocab)
    expect(declaredCase(await readText(join(output_dir, 'tokenizer_config.json')))).toEqual({ do_lower_case: false })
  })

  it('keeps foreign files, and is the same bytes every time', async () => {
    await run()
    const bytes = () => names.map(name => readFileSync(join(output_dir, name)))
    const first = bytes()
    writeFileSync(join(output_dir, 'notes.txt'), 'mine')
    writeFileSync(join(output_dir, 'vocab.txt'), 'changed by hand')
    await run()
    expect(bytes()).toEqual(first)
    expect(readFileSync(join(output_dir, 'notes.txt'), 'utf8')).toBe('mine')
  })

  it('cannot be made where a file stands in the way', async () => {
    writeFileSync(join(folder, 'file'), '')
    await expect(run({ output_dir: join(folder, 'file', 'out') })).rejects.toMatchObject({
      problem: {
        code: 'output-not-writable',
        message: `The model could not be saved in ${join(folder, 'file', 'out')}: a part of the path is a file.`,
        hint: 'Name another folder; what was trained is kept, and only saving runs again.',
      },
    })
  })
})

describe('check', () => {
  const foreign = () => {
    mkdirSync(output_dir, { recursive: true })
    for (const name of ['a', 'b', 'c', 'notes.txt']) writeFileSync(join(output_dir, name), '')
  }

  it.each<[string, () => unknown, object]>([
    ['an absent folder', () => {}, {}],
    ['an empty folder', () => mkdirSync(output_dir), {}],
    ['a folder that it wrote', () => run(), {}],
    ['a foreign folder when told so', foreign, { overwrite_output_dir: true }],
    [
      'a folder in which an earlier run was interrupted',
      async () => {
        foreign()
        mkdirSync(join(output_dir, '.sluice-partial'))
        writeFileSync(join(output_dir, '.sluice-partial', 'training_args.json'), '{"files": {}}')
      },
      {},
    ],
    [
      'a folder of its own in which the first run was interrupted',
      () => {
        mkdirSync(join(output_dir, '.sluice-partial'), { recursive: true })
        writeFileSync(join(output_dir, '.sluice-partial', 'config.json'), '')
      },
      {},
    ],
  ])('accepts %s', async (_, prepare, config) => {
    await prepare()
    expect(check(config)).toEqual([])
  })

  it('accepts a folder in which two runs were interrupted one after the other', async () => {
    // The first, while the files were put in place: the mark comes last. The second, while it wrote the files.
    foreign()
    mkdirSync(join(output_dir, '.sluice-partial'))
    writeFileSync(join(output_dir, '.sluice-partial', 'training_args.json'), '{"files": {}}')
    const failing = { ...model, config: { ...tinyConfig, cycle: 1n } }
    await expect(testStage(save, { config: { output_dir }, inputs: { model: failing } })).rejects.toThrow(/BigInt/)
    expect(check()).toEqual([])
    await run()
    expect(readdirSync(output_dir).sort()).toEqual(['a', 'b', 'c', 'notes.txt', ...names].sort())
  })

  it('refuses a folder that holds something else, before anything runs', () => {
    foreign()
    const problem = {
      code: 'output-not-empty',
      at: '/output_dir',
      message: `Expected an empty folder, or one that this stage wrote; ${output_dir} holds a, b, c, notes.txt.`,
      hint: 'Name another folder, or set `overwrite_output_dir: true`: the files of a model are then replaced, others stay.',
    }
    expect(check()).toEqual([problem])
    mkdirSync(join(output_dir, '.sluice-partial'))
    expect(check()).toEqual([problem])
    writeFileSync(join(output_dir, 'training_args.json'), '[]')
    expect(check()).toMatchObject([{ code: 'output-not-empty' }])
  })

  it.each<[string, () => void, object]>([
    [
      'a folder of something else',
      () => mkdirSync(join(output_dir, '.sluice-partial', 'mine'), { recursive: true }),
      {},
    ],
    [
      'a file, whatever the flag',
      () => {
        mkdirSync(output_dir)
        writeFileSync(join(output_dir, '.sluice-partial'), '')
      },
      { overwrite_output_dir: true },
    ],
  ])('refuses to work where there is %s', (_, prepare, config) => {
    prepare()
    expect(check(config)).toEqual([
      {
        code: 'output-not-empty',
        at: '/output_dir',
        message: `Expected to find nothing at ${join(output_dir, '.sluice-partial')}, or what an interrupted run left; found something else.`,
        hint: 'Move it away: files wait there until all of them are whole.',
      },
    ])
  })

  it('refuses a file', () => {
    writeFileSync(output_dir, '')
    expect(check()).toEqual([
      {
        code: 'output-not-a-folder',
        at: '/output_dir',
        message: `Expected a folder; ${output_dir} is a file.`,
        hint: 'Name a folder of its own.',
      },
    ])
  })

  it('refuses places that belong to something else, whatever the flag', () => {
    mkdirSync(output_dir)
    writeFileSync(join(output_dir, 'train.json'), '')
    const refused = (path: string, why: string) => check({ overwrite_output_dir: true }, [{ path, why }])
    const problem = (reason: string) => [
      {
        code: 'output-forbidden',
        at: '/output_dir',
        message: `A model cannot be saved into ${output_dir}: ${reason}.`,
        hint: 'Name a folder of its own.',
      },
    ]
    expect(refused(output_dir, 'it is the folder of the pipeline')).toEqual(problem('it is the folder of the pipeline'))
    expect(refused(join(output_dir, 'train.json'), 'stage `read` reads it')).toEqual(
      problem(`${join(output_dir, 'train.json')} is in it, and stage \`read\` reads that file`),
    )
    expect(refused(join(folder, 'elsewhere'), 'it is the cache')).toEqual([])
  })
})

const memory = '/dev/shm'
it.runIf(existsSync(memory) && statSync(memory).dev !== statSync(tmpdir()).dev)(
  'follows a link to another disk',
  async () => {
    const elsewhere = mkdtempSync(join(memory, 'save-'))
    symlinkSync(elsewhere, output_dir)
    try {
      await run()
      expect(readdirSync(elsewhere).sort()).toEqual(names)
      expect(check()).toEqual([])
    } finally {
      rmSync(elsewhere, { recursive: true })
    }
  },
)

it('writes nothing beside the folder, whose own folder may not be ours', async () => {
  const failing = { ...model, config: { ...tinyConfig, cycle: 1n } }
  await expect(testStage(save, { config: { output_dir }, inputs: { model: failing } })).rejects.toThrow(/BigInt/)
  expect(readdirSync(folder)).toEqual(['out'])
  expect(readdirSync(output_dir)).toEqual(['.sluice-partial'])
})

it('leaves the folder as it was until all is staged', async () => {
  await run()
  const before = statSync(join(output_dir, 'config.json')).ino
  const failing = { ...model, config: { ...tinyConfig, cycle: 1n } }
  await expect(testStage(save, { config: { output_dir }, inputs: { model: failing } })).rejects.toThrow(/BigInt/)
  expect(statSync(join(output_dir, 'config.json')).ino).toBe(before)
})
