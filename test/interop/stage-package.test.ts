import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Ended, start } from '../cli/sluice.ts'

// What someone gets who installs this package and one with a stage: both are packed, and the archives installed in an empty
// project. What they depend on comes from npm's cache where it can.
const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'sluice-package-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000)
const project = join(folder, 'project')
const stages = join(folder, 'stages')

const npm = (cwd: string, ...args: readonly string[]): string =>
  execFileSync(
    'npm',
    [...args, '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd,
      encoding: 'utf8',
    },
  )
const pack = (from: string): string =>
  join(folder, npm(from, 'pack', '--silent', '--pack-destination', folder).trim().split('\n').at(-1)!)

/** Packs the package with the stage, in a version. */
const packStages = (version: string): string => {
  const manifest = JSON.parse(readFileSync(join(stages, 'package.json'), 'utf8'))
  writeFileSync(join(stages, 'package.json'), JSON.stringify({ ...manifest, version }))
  return pack(stages)
}

/** Puts another version in its place, as npm does. */
const installStages = (version: string): void => {
  const installed = join(project, 'node_modules/sluice-stages-example')
  execFileSync('tar', ['-xzf', packStages(version), '-C', installed, '--strip-components=1'])
}

/** The installed command. */
const sluice = (...args: readonly string[]): Promise<Ended> =>
  start(project, args, { cli: join(project, 'node_modules/.bin/sluice') }).ended

const statuses = async (...args: readonly string[]): Promise<Record<string, string>> => {
  const { code, out, err } = await sluice('plan', 'my.yaml', '--json', ...args)
  expect([code, err]).toEqual([0, ''])
  return Object.fromEntries(
    out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
      .map(({ stage, status }) => [stage, status]),
  )
}

beforeAll(() => {
  cpSync(join(root, 'test/interop/stage-package'), stages, { recursive: true })
  mkdirSync(project)
  // ONNX Runtime has 400 MB, which the disk need not hold twice.
  const overrides = { 'onnxruntime-node': `file:${join(root, 'node_modules/onnxruntime-node')}` }
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, overrides }))
  cpSync(join(root, 'test/cases/63-ways-to-write-a-learning-rate/input.json'), join(project, 'input.json'))
  cpSync(join(root, 'test/cases/63-ways-to-write-a-learning-rate/m'), join(project, 'm'), { recursive: true })
  writeFileSync(
    join(project, 'my.yaml'),
    `stages:
  read: { with: { file: ./input.json } }
  drop-by-word: { uses: sluice-stages-example/drop-by-word, with: { words: [how] } }
  tokenize: { with: { vocab: ./m } }
`,
  )
  npm(project, 'install', pack(root), packStages('1.0.0'))
}, 180_000)

it('a package with a stage is one that publint finds nothing wrong with', async () => {
  const { messages, pkg } = await publint({ pkgDir: stages, strict: true })
  expect(messages.map(message => formatMessage(message, pkg))).toEqual([])
})

it('is used by its name, and kept', async () => {
  const ran = await sluice('run', 'my.yaml')
  expect([ran.code, ran.err]).toEqual([0, ''])
  expect(await statuses()).toEqual({ read: 'cached', 'drop-by-word': 'cached', tokenize: 'cached' })
  const { out } = await sluice('stages', 'sluice-stages-example/drop-by-word')
  expect(out.trimEnd().split('\n').at(-1)).toBe(
    '  drop-by-word: { uses: sluice-stages-example/drop-by-word, with: { words: [ how ] } }',
  )
})

it('runs again in another version, whatever changed in it; what comes out the same stops there', async () => {
  installStages('1.0.1')
  expect(await statuses()).toEqual({ read: 'cached', 'drop-by-word': 'would-run', tokenize: 'unknown' })
  const { code, out } = await sluice('run', 'my.yaml', '--json')
  const ended = out.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line)]))
  const last = (name: string) => ended.findLast(event => event.event === 'stage' && event.name === name).status
  expect([code, ...['read', 'drop-by-word', 'tokenize'].map(last)]).toEqual([0, 'cached', 'ran', 'cached'])
  installStages('1.0.0')
  expect(await statuses()).toEqual({ read: 'cached', 'drop-by-word': 'cached', tokenize: 'cached' })
})

it('runs again when a file changed that it imports', async () => {
  const helper = join(stages, 'first-word.js')
  writeFileSync(helper, readFileSync(helper, 'utf8').replace('[0]', '[1]'))
  installStages('1.0.0')
  expect((await statuses())['drop-by-word']).toBe('would-run')
})

it('brings along what `new stage` and `init` write, and what runs their test', async () => {
  expect((await sluice('new', 'stage', 'mine')).code).toBe(0)
  expect((await sluice('init', 'started.yaml')).code).toBe(0)
  expect(await sluice('validate', 'started.yaml')).toEqual({ code: 0, out: 'started.yaml: ok, 11 stages\n', err: '' })
  const { NODE_TEST_CONTEXT, ...env } = process.env
  const line = ['--import', 'sluice/register', '--test', 'mine.test.ts']
  expect(execFileSync(process.execPath, line, { cwd: project, encoding: 'utf8', env })).toContain('# pass 2\n')
})

it('says what is missing', async () => {
  writeFileSync(join(project, 'other.yaml'), 'stages: { a: { uses: sluice-stages-example/drop } }\n')
  expect(
    (await sluice('validate', 'other.yaml')).err,
  ).toBe(`error[stage-package] other.yaml:1:22: The package \`sluice-stages-example\` has no stage \`drop\`.
> 1 | stages: { a: { uses: sluice-stages-example/drop } }
    |                      ^^^^^^^^^^^^^^^^^^^^^^^^^^
`)
})
