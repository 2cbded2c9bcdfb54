import { cpSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { folderWith, loadedBy, sluice, start, steady } from './sluice.ts'

// A run that finds its plan kept must say, do and exit exactly as one that makes it.

const pipeline = `
name: two
vars: { word: "\${env.WORD}" }
stages:
  copy:
    uses: shell
    with: { run: cp in.txt out.txt, inputs: [in.txt], outputs: [out.txt] }
  say:
    uses: shell
    needs: [copy]
    with: { run: "echo \${vars.word} $(cat out.txt) > said.txt", inputs: [out.txt], outputs: [said.txt] }
`
const files = { 'pipeline.yaml': pipeline, 'in.txt': 'text', 'package.json': '{}' }
const env = { WORD: 'hello' }
const root = fileURLToPath(new URL('../..', import.meta.url))
const args = ['run', 'pipeline.yaml']

/** A folder in which all has run, and the plan is kept. */
const settled = async (): Promise<string> => {
  const folder = folderWith(files)
  await runTwice(folder)
  expect(plans(folder)).toHaveLength(1)
  return folder
}

/** The second time all files have been left alone for so long that their digests are remembered. */
const runTwice = async (folder: string): Promise<void> => {
  await start(folder, args, { env }).ended
  await setTimeout(2200)
  await start(folder, args, { env }).ended
}

const plansFolder = (folder: string) => join(folder, '.sluice/v1/plans')
const plans = (folder: string) => readdirSync(plansFolder(folder)).map(name => join(plansFolder(folder), name))
const withoutTimes = (text: string) => steady(text).replaceAll(/"ms":\d+/g, '"ms":0')

type Change = (folder: string) => unknown
const edit =
  (name: string, from: string, to: string): Change =>
  folder =>
    writeFileSync(join(folder, name), readFileSync(join(folder, name), 'utf8').replace(from, to))

const changes: [string, Change, { args?: string[]; env?: Record<string, string>; reuses?: boolean }][] = [
  ['nothing', () => {}, { reuses: true }],
  ['nothing, for a program', () => {}, { args: ['--json'], reuses: true }],
  ['a touched input', folder => utimesSync(join(folder, 'in.txt'), new Date(), new Date()), { reuses: true }],
  ['an edited input', edit('in.txt', 'text', 'TEXT'), {}],
  ['an input that is gone', folder => rmSync(join(folder, 'in.txt')), {}],
  ['an edited output', edit('out.txt', 'text', 'other'), {}],
  ['an output that is gone', folder => rmSync(join(folder, 'said.txt')), {}],
  ['a comment', edit('pipeline.yaml', 'stages:', '# a comment\nstages:'), {}],
  ['an edited parameter', edit('pipeline.yaml', 'cp in', 'cp -f in'), {}],
  ['a mistake', edit('pipeline.yaml', 'needs', 'need'), {}],
  ['another value on the command line', () => {}, { args: ['--set', 'vars.word=bye'] }],
  ['another variable of the environment', () => {}, { env: { WORD: 'bye' } }],
  ['another cache', () => {}, { args: ['--cache-dir', 'other'] }],
  [
    'another cache in package.json',
    folder => writeFileSync(join(folder, 'package.json'), '{"sluice":{"cacheDir":"x"}}'),
    {},
  ],
  ['part of the stages', () => {}, { args: ['--until', 'copy'] }],
  ['a stage forced', () => {}, { args: ['--force', 'copy'] }],
  ['a flag without its matrix', () => {}, { args: ['--csv', 'table.csv'] }],
  ['results that are gone', folder => rmSync(join(folder, '.sluice/v1/entries'), { recursive: true }), {}],
]

describe('a run says the same, whether its plan was kept or not, after', () => {
  it.each(changes)('%s', async (_, change, { args: more = [], env: other = {}, reuses = false }) => {
    const folder = await settled()
    change(folder)
    const twin = folderWith({})
    cpSync(folder, twin, { recursive: true, preserveTimestamps: true })
    // The same folder, in the same state: what a run leaves behind is put back.
    const run = () => start(folder, [...args, ...more], { env: { ...env, ...other } }).ended
    const kept = await run()
    rmSync(folder, { recursive: true })
    cpSync(twin, folder, { recursive: true, preserveTimestamps: true })
    rmSync(plansFolder(folder), { recursive: true })
    const made = await run()
    expect({ ...kept, out: withoutTimes(kept.out), err: withoutTimes(kept.err) }).toEqual({
      ...made,
      out: withoutTimes(made.out),
      err: withoutTimes(made.err),
    })
    if (reuses) expect(kept.code).toBe(0)
  })
})

it('a built-in stage whose package is another version by now runs', async () => {
  // An installation of its own: the packages of this one are not to be touched.
  const installed = folderWith({ 'package.json': readFileSync(join(root, 'package.json'), 'utf8') })
  cpSync(join(root, 'dist'), join(installed, 'dist'), { recursive: true })
  cpSync(join(root, 'node_modules/execa'), join(installed, 'node_modules/execa'), { recursive: true })
  const folder = await settled()
  const run = () => start(folder, args, { env, cli: join(installed, 'dist/cli.js') }).ended
  const tellsOf = async (status: string) =>
    expect((await run()).out).toMatch(new RegExp(`^copy +${status}[^]*^say +${status}`, 'm'))
  await run()
  await tellsOf('reused')
  const manifest = join(installed, 'node_modules/execa/package.json')
  writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), version: '9.99.9' }))
  await tellsOf('ran')
})

it.each(changes)('leaves no claim behind, after %s', async (_, change) => {
  const folder = await settled()
  change(folder)
  await start(folder, args, { env }).ended
  expect(readdirSync(join(folder, '.sluice/v1/claims'))).toEqual([])
})

it('a plan that was damaged counts for nothing', async () => {
  const folder = await settled()
  const [plan] = plans(folder)
  const text = readFileSync(plan!, 'utf8')
  const expected = await start(folder, args, { env }).ended
  for (const damaged of ['', text.slice(0, 100), text.replace('cp in', 'cp it')]) {
    writeFileSync(plan!, damaged)
    const { code, out, err } = await start(folder, args, { env }).ended
    expect({ code, out: withoutTimes(out), err }).toEqual({ ...expected, out: withoutTimes(expected.out) })
    expect(readFileSync(plan!, 'utf8')).toBe(text)
  }
})

it('no plan is kept of stages that are not ours', async () => {
  const stage = `import { defineStage, Type } from 'sluice'
export default defineStage({ name: 'own', version: 1, summary: 'Does nothing.', config: Type.Object({}), run: () => ({}) })
`
  const folder = folderWith({ 'pipeline.yaml': 'stages: { own: { uses: ./own.ts } }', 'own.ts': stage })
  expect((await sluice(folder, ...args)).code).toBe(0)
  expect(plans(folder)).toEqual([])
})

it('what stages looked at before they ran is looked at again', async () => {
  const question = { id: 'q', question: 'Who ran?', answers: [{ text: 'Ann', answer_start: 0 }] }
  const data = { version: '1.1', data: [{ title: 't', paragraphs: [{ context: 'Ann ran.', qas: [question] }] }] }
  const vocab = (...more: string[]) => ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...more, ''].join('\n')
  const yaml = `
stages:
  read: { with: { file: data.json, for: training } }
  tokenize: { with: { vocab: model, do_lower_case: true } }
  span: { with: { max_seq_length: 32, doc_stride: 8, max_query_length: 8 } }
`
  const folder = folderWith({
    'pipeline.yaml': yaml,
    'data.json': JSON.stringify(data),
    'model/vocab.txt': vocab('ann'),
  })
  await runTwice(folder)
  expect(await loadedBy(folder, args)).not.toContain('core')
  writeFileSync(join(folder, 'model/vocab.txt'), vocab('ann', 'ran'))
  const { out } = await sluice(folder, ...args)
  expect(out).toMatch(/^read {6}reused.*^tokenize {2}ran.*^span {6}ran/ms)
  writeFileSync(join(folder, 'model/vocab.txt'), 'no vocabulary')
  const { code, err } = await sluice(folder, ...args)
  expect([code, err.split('\n')[0]]).toEqual([2, expect.stringContaining('vocab')])
})
