import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { cli, folderWith, sluice } from './sluice.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const squad = JSON.stringify({
  version: '1.1',
  data: [
    {
      paragraphs: [
        {
          context: 'Rome was not built in a day.',
          qas: ['Which?', 'Which city is it?'].map((question, id) => ({
            id: String(id),
            question,
            answers: [{ text: 'Rome', answer_start: 0 }],
          })),
        },
      ],
    },
  ],
})

/** A project of someone who has installed the package. */
const project = (files: Readonly<Record<string, string>> = {}): string => {
  const folder = folderWith({ 'package.json': '{ "private": true }', 'train.json': squad, ...files })
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules/sluice'))
  return folder
}

const pipeline = `stages:
  read: { with: { file: ./train.json } }
  drop-short: { uses: ./drop-short.ts, with: { min_words: 3 } }
`

describe('pipeline new stage', () => {
  it('writes a stage that works, a test that passes, and says what to do with them', { timeout: 180_000 }, async () => {
    const folder = project({ 'my.yaml': pipeline })
    expect(await sluice(folder, 'new', 'stage', 'drop-short')).toEqual({
      code: 0,
      out: `wrote drop-short.ts       the stage: it drops short questions until you have it do something else
wrote drop-short.test.ts  its test

In a pipeline of this folder, below \`stages:\`, behind the stage whose questions it is to take:
  drop-short: { uses: ./drop-short.ts, with: { min_words: 3 } }

Test it:
  node --import sluice/register --test drop-short.test.ts

What it takes, as others see it:
  node ${cli} stages ./drop-short.ts

For an editor to know its parameters, write a schema with the stages that your pipeline uses, and name it in its first line:
  node ${cli} schema my.yaml > my.schema.json
  # yaml-language-server: $schema=./my.schema.json
`,
      err: '',
    })
    const ran = await sluice(folder, 'run', 'my.yaml')
    expect([ran.code, ran.err]).toEqual([0, ''])
    expect(ran.out).toContain('drop-short: kept 1 of 2 questions')
    const shown = await sluice(folder, 'stages', './drop-short.ts')
    expect(shown.out.split('\n').at(-2)).toBe('  drop-short: { uses: ./drop-short.ts }')

    const line = ['--import', 'sluice/register', '--test', 'drop-short.test.ts']
    const { NODE_TEST_CONTEXT, ...env } = process.env
    const tested = spawnSync(process.execPath, line, { cwd: folder, encoding: 'utf8', env })
    expect([tested.status, /# pass (\d+)/.exec(tested.stdout)?.[1]]).toEqual([0, '2'])
    // And it fails where the stage does something else.
    const text = readFileSync(join(folder, 'drop-short.ts'), 'utf8')
    writeFileSync(join(folder, 'drop-short.ts'), text.replace('>= config.min_words', '< config.min_words'))
    expect(spawnSync(process.execPath, line, { cwd: folder, env }).status).toBe(1)
  })

  it('says what to install where the package is not found, and names a folder as it was given', async () => {
    const { out } = await sluice(folderWith({}), 'new', 'stage', 'limit', 'my stages')
    expect(
      out.split('\n').slice(0, 9).join('\n'),
    ).toBe(`wrote my stages/limit.ts       the stage: it drops short questions until you have it do something else
wrote my stages/limit.test.ts  its test

In a pipeline of this folder, below \`stages:\`, behind the stage whose questions it is to take:
  limit: { uses: ./my stages/limit.ts, with: { min_words: 3 } }

Test it:
  npm install --save-dev sluice --onnxruntime-node-install=skip
  node --import sluice/register --test 'my stages/limit.test.ts'`)
    expect(parse(out.split('\n')[4]!).limit.uses).toBe('./my stages/limit.ts')
  })

  it.each([
    ['Drop Short!.ts', 'drop-short'],
    ['dropShort.test', 'drop-short-test'],
    ['été 2', 'ete-2'],
    ['3drops', 'drops'],
    ['???', 'my-stage'],
  ])('takes %j for no name, and says which is near', async (name, near) => {
    expect(await sluice(folderWith({}), 'new', 'stage', name)).toEqual({
      code: 2,
      out: '',
      err: `error[stage-name] A stage's name has only letters, digits, \`-\` and \`_\`, and begins with a letter; found \`${name}\`.
hint: \`${near}\` would do.
`,
    })
  })

  it.each([
    [
      ['stage', 'read'],
      'error[stage-name] There is a built-in stage `read`: in a pipeline, nobody could tell the two apart.\nhint: `my-read` would do.\n',
    ],
    [
      ['stage', './stages/limit.ts'],
      "error[stage-name] A stage's name is no path; found `./stages/limit.ts`.\nhint: Name the folder behind it: `pipeline new stage limit ./stages`.\n",
    ],
    [
      ['stag', 'limit'],
      'error[unknown-command] There is no command `pipeline new stag`.\nhint: Did you mean `stage`?\n',
    ],
    [
      ['stage', 'limit'],
      'error[file-exists] `limit.test.ts` is there already; nothing was written.\nhint: Give another name, or move it away: a file that exists is never written over.\n',
    ],
    [
      ['stage', 'limit', 'file'],
      'error[not-written] `file/limit.ts` could not be written: a part of the path is a file (EEXIST).\n',
    ],
  ])('refuses %j', async (args, err) => {
    const folder = folderWith({ 'limit.test.ts': 'mine', file: 'mine' })
    expect(await sluice(folder, 'new', ...args)).toEqual({ code: 2, out: '', err })
    expect(readFileSync(join(folder, 'limit.test.ts'), 'utf8')).toBe('mine')
  })
})

describe('pipeline schema', () => {
  it('knows the stages of files that a pipeline uses', async () => {
    const folder = project({ 'my.yaml': pipeline })
    await sluice(folder, 'new', 'stage', 'drop-short')
    const { code, out, err } = await sluice(folder, 'schema', 'my.yaml')
    expect([code, err]).toEqual([0, ''])
    const valid = new Ajv({ strict: false }).compile(JSON.parse(out))
    expect(valid(parse(pipeline))).toBe(true)
    expect(valid(parse(pipeline.replace('min_words: 3', 'min_words: few')))).toBe(false)
    expect(valid.errors?.[0]?.instancePath).toBe('/stages/drop-short/with/min_words')
    expect(valid(parse(pipeline.replace('min_words', 'min_wrods')))).toBe(false)
    expect(valid(parse(pipeline.replace('3', '"${vars.min}"')))).toBe(true)
  })

  it('says which stage it cannot find', async () => {
    const folder = folderWith({ 'my.yaml': pipeline, 'drop-shor.ts': '' })
    expect(await sluice(folder, 'schema', 'my.yaml')).toEqual({
      code: 2,
      out: '',
      err: `error[stage-file] my.yaml:3:23: The file \`./drop-short.ts\` does not exist.
  1 | stages:
  2 |   read: { with: { file: ./train.json } }
> 3 |   drop-short: { uses: ./drop-short.ts, with: { min_words: 3 } }
    |                       ^^^^^^^^^^^^^^^
hint: Did you mean \`./drop-shor.ts\`?
`,
    })
  })
})
