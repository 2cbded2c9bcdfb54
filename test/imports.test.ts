import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What each room of `src` may import of the others; `types of x`: nothing that is there when it runs. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  diagnostic: [],
  config: ['diagnostic'],
  plugin: ['diagnostic'],
  plan: ['config', 'plugin', 'diagnostic'],
  cache: ['types of plugin', 'diagnostic'],
  runner: ['plan', 'cache', 'plugin', 'diagnostic'],
  fetch: ['plan', 'cache', 'types of runner', 'diagnostic'],
  report: ['types of runner', 'diagnostic'],
  library: ['config', 'plugin', 'plan', 'cache', 'fetch', 'runner', 'diagnostic', 'stages'],
  cli: ['library', 'config', 'plugin', 'plan', 'cache', 'fetch', 'runner', 'report', 'diagnostic'],
  squad: ['plugin'],
  tensor: [],
  model: ['tensor', 'plugin'],
  training: ['model', 'tensor'],
  answering: ['squad', 'training', 'model', 'tensor', 'plugin'],
  page: ['squad', 'types of model', 'types of plugin'],
  testing: ['config', 'plugin', 'plan', 'cache', 'runner', 'diagnostic', 'squad', 'tensor', 'model', 'training'],
  // The public entry.
  index: ['plugin', 'library', 'diagnostic', 'types of config', 'types of runner'],
}

/** Files that are longer than a screenful or four, and why. */
const longFiles: Readonly<Record<string, string>> = {
  'stages/train.ts': 'a stage is one file, so that it can be copied; half of this one is its parameters',
  'stages/shell.ts': 'a stage is one file, so that it can be copied; this one brings its process handling along',
}
const longest = 250

/** The job; everything else is the framework, which never hears of it. */
const job = ['squad', 'tensor', 'model', 'training', 'answering', 'page']

const withoutStages: Plugin = {
  name: 'without-stages',
  setup: building => building.onResolve({ filter: /\/stages\// }, ({ path }) => ({ path, external: true })),
}

interface Import {
  readonly file: string
  readonly specifier: string
  readonly typesOnly: boolean
}

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => join(folder, file))
    .sort()

const text = (file: string): string => readFileSync(join(root, file), 'utf8')

const importsOf = (file: string): Import[] => {
  const statements = text(file).matchAll(/^(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s+)?'([^']+)'/gm)
  const dynamic = text(file).matchAll(/\bimport\(\s*'([^']+)'/g)
  return [
    ...[...statements].map(([, type, specifier]) => ({ file, specifier: specifier!, typesOnly: type !== undefined })),
    ...[...dynamic].map(([, specifier]) => ({ file, specifier: specifier!, typesOnly: false })),
  ]
}

/** `src/plan/key.ts` → `plan`, `src/index.ts` → `index`, `stages/read.ts` → `stages`. */
const roomOf = (file: string): string => {
  const [top, room = ''] = file.split('/')
  return top === 'src' ? room.replace(/\.ts$/, '') : top!
}

describe('who may import whom', () => {
  const src = sources('src')

  it('every room is in the table', () => {
    expect([...new Set(src.map(roomOf))].filter(room => !(room in allowed))).toEqual([])
  })

  it('rooms import only what the table allows', () => {
    const wrong = src.flatMap(importsOf).flatMap(({ file, specifier, typesOnly }) => {
      if (/^sluice(\/|$)/.test(specifier)) return [`${file} imports ${specifier}: inside src, paths are relative`]
      if (!specifier.startsWith('.')) return []
      const [from, to] = [roomOf(file), roomOf(join(dirname(file), specifier))]
      const may = allowed[from] ?? []
      if (from === to || may.includes(to) || (typesOnly && may.includes(`types of ${to}`))) return []
      return [`${file} imports ${specifier}`]
    })
    expect(wrong).toEqual([])
  })

  it('stages import public entries and packages only, so that each can be copied into a project of its own', () => {
    const entry = /^sluice(\/(squad|tensor|model|training|answering|page))?$/
    const wrong = sources('stages')
      .flatMap(importsOf)
      .filter(({ specifier }) => !entry.test(specifier) && /^(\.|sluice\/)/.test(specifier))
    expect(wrong).toEqual([])
  })

  it('the framework builds without the stages and the rooms of the job', async () => {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: ['src/index.ts', 'src/cli/main.ts'],
      outdir: 'unused',
      write: false,
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      metafile: true,
      logLevel: 'silent',
      plugins: [withoutStages],
    })
    const inputs = Object.keys(metafile.inputs)
    expect(inputs).toEqual(expect.arrayContaining(['src/cli/main.ts', 'src/library/builtins.ts']))
    expect(inputs.filter(file => job.includes(roomOf(file)))).toEqual([])
  })
})

it('the public entry, which every stage imports, loads nothing of what plans and runs', async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/index.ts'],
    outdir: 'unused',
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    metafile: true,
    logLevel: 'silent',
    plugins: [withoutStages],
  })
  const loaded = new Set<string>()
  const load = (name: string): void => {
    if (loaded.has(name)) return
    loaded.add(name)
    for (const { path, kind } of metafile.outputs[name]?.imports ?? []) if (kind === 'import-statement') load(path)
  }
  load('unused/index.js')
  const rooms = [...loaded].flatMap(name => Object.keys(metafile.outputs[name]?.inputs ?? {})).map(roomOf)
  expect([...new Set(rooms)].sort()).toEqual(['diagnostic', 'index', 'library', 'plugin'])
  const files = [...loaded].flatMap(name => Object.keys(metafile.outputs[name]?.inputs ?? {}))
  expect(files.filter(file => roomOf(file) === 'library')).toEqual(['src/library/entry.ts'])
  expect([...loaded].filter(name => !name.startsWith('unused/') && !name.startsWith('node:')).sort()).toEqual([
    'typebox',
  ])
})

describe('habits', () => {
  const files = [...sources('src'), ...sources('stages')].filter(file => !file.includes('/generated/'))

  it('only the report and the command line print', () => {
    const prints = files.filter(file => /\bconsole\.|\bprocess\.(stdout|stderr)\b/.test(text(file)))
    expect(prints.filter(file => !['report', 'cli'].includes(roomOf(file)))).toEqual([])
  })

  it(`a file of more than ${longest} lines has a reason`, () => {
    const long = files.filter(file => text(file).split('\n').length - 1 > longest)
    expect(long).toEqual(Object.keys(longFiles).sort())
  })
})
