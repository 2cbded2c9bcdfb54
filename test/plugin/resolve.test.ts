import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatDiagnostic } from '../../src/diagnostic/format.ts'
import { stageResolver } from '../../src/plugin/resolve.ts'
import { Type } from '../../src/plugin/schema.ts'
import { defineStage } from '../../src/plugin/stage.ts'

const noop = (name: string) =>
  defineStage({ name, version: 1, summary: 'Does nothing.', config: Type.Object({}), run: () => ({}) })

const loads: string[] = []
const resolver = stageResolver({
  builtins: Object.fromEntries(
    ['read', 'tokenize'].map(name => [
      name,
      async () => {
        loads.push(name)
        return { default: noop(name) }
      },
    ]),
  ),
})

const stageText = (name: string) => `
import { defineStage, Type } from 'sluice'
import { summary } from './helper.ts'
interface Unused { readonly a: number }
export default defineStage({
  name: '${name}', version: 1, summary, config: Type.Object({ path: Type.Location() }), run: () => ({}),
})
`
const files: Readonly<Record<string, string>> = {
  'helper.ts': `export const summary: string = 'Of a helper.'`,
  'good.ts': stageText('good'),
  'throws.ts': `const one = 1\n\nthrow new Error('no luck')\n`,
  'syntax.ts': `export const one = 1\nexport default = 3\n`,
  'lazy.ts': `export default {
  name: 'x', version: 1, summary: 'X.', config: {}, run: () => import('./gone.ts'),
}
`,
  'unsteady.ts': `import { appendFileSync } from 'node:fs'
import { summary } from './unsteady-helper.ts'
appendFileSync(new URL('unsteady-helper.ts', import.meta.url), '// More.')
export default { name: 'x', version: 1, summary, config: {}, run: () => ({}) }
`,
  'unsteady-helper.ts': `export const summary = 'X.'\n`,
  'plain.js': `import 'sluice'\nexport default {}\n`,
  'no-default.ts': 'export const stage = {}\n',
  'text.ts': `export default 'stage'\n`,
  'no-run.ts': `export default { name: 'x', version: 1, summary: 'X.', config: {} }\n`,
  'port.ts': `export default { name: 'x', version: 1, summary: 'X.', config: {}, inputs: { a: 'Examples' }, run: () => ({}) }\n`,
  'node_modules/with-stage/package.json': `{"name":"with-stage","version":"2.0.0","type":"module","exports":{"./clean":{"import":"./clean.js"}}}`,
  'node_modules/with-stage/clean.js': `export default { name: 'clean', version: 1, summary: 'Cleans.', config: { type: 'object' }, run: () => ({}) }\n`,
}
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice resolve '))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

const failure = async (uses: string): Promise<string> => {
  const resolution = await resolver.resolve(uses, folder)
  if (resolution.ok) return 'ok'
  const text = formatDiagnostic({ severity: 'error', ...resolution }, { cwd: folder })
  return text.replaceAll(folder, '<folder>')
}

describe('a stage is found', () => {
  test('by its bare name, loaded when it is used', async () => {
    expect(loads).toEqual([])
    const found = await resolver.resolve('read', folder)
    expect(found.ok && found.definition.name).toBe('read')
    expect(loads).toEqual(['read'])
  })
  test('in a file, with its helper and this package under its public name', async () => {
    const found = await resolver.resolve('./good.ts', folder)
    expect(found.ok && [found.definition.name, found.definition.summary]).toEqual(['good', 'Of a helper.'])
    expect(found.ok && found.definition.config.properties.path['x-location']).toBe('input')
  })
  test('in a package', async () => {
    const found = await resolver.resolve('with-stage/clean', folder)
    expect(found.ok && found.definition.name).toBe('clean')
    expect(found.ok && (await found.code())).toMatch(/^[0-9a-f]{64}$/)
  })
  test('in a package, whose version is part of its code', async () => {
    const manifest = join(folder, 'node_modules/with-stage/package.json')
    const codeOf = async (version: string) => {
      writeFileSync(manifest, files['node_modules/with-stage/package.json']!.replace('2.0.0', version))
      const found = await stageResolver({ builtins: {} }).resolve('with-stage/clean', folder)
      return found.ok ? found.code() : undefined
    }
    const codes = [await codeOf('2.0.1'), await codeOf('2.0.0'), await codeOf('2.0.1')]
    expect(codes).toEqual([codes[2], expect.not.stringMatching(codes[0]!), codes[0]])
  })
})

test('all built-in stages, without those that cannot be loaded', async () => {
  const broken = stageResolver({
    builtins: {
      read: async () => ({ default: noop('read') }),
      train: () => Promise.reject(new Error('no engine')),
    },
  })
  expect([...(await broken.builtins()).keys()]).toEqual(['read'])
})

describe('a stage is not found', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['tokenise', 'error[unknown-stage] There is no built-in stage `tokenise`.\nhint: Did you mean `tokenize`?'],
    ['toString', 'error[unknown-stage] There is no built-in stage `toString`.\nhint: Built in: `read`, `tokenize`.'],
    [
      'good.ts',
      'error[unknown-stage] `good.ts` is not a built-in stage.\nhint: A file is written with a path: `./good.ts`.',
    ],
    ['./god.ts', 'error[stage-file] The file `./god.ts` does not exist.\nhint: Did you mean `./good.ts`?'],
    [
      './good.ts/stage.ts',
      'error[stage-file] The file `./good.ts/stage.ts` does not exist.\nhint: The file would be <folder>/good.ts/stage.ts.',
    ],
    [
      '../far/away.ts',
      `error[stage-file] The file \`../far/away.ts\` does not exist.\nhint: The file would be ${join(tmpdir(), 'far/away.ts')}.`,
    ],
    [
      './throws.ts',
      `error[stage-load] \`./throws.ts\` could not be loaded: no luck.
note throws.ts:3:1: It stopped here.
> 3 | throw new Error('no luck')
    | ^^^^^^^^^^^^^^^^^^^^^^^^^^`,
    ],
    [
      './syntax.ts',
      `error[stage-load] \`./syntax.ts\` could not be loaded: Unexpected token.
note syntax.ts:2:16: It stopped here.
> 2 | export default = 3
    |                ^`,
    ],
    [
      './lazy.ts',
      'error[stage-load] The code of `./lazy.ts` cannot be told: Could not resolve "./gone.ts" (lazy.ts:2).',
    ],
    ['./unsteady.ts', 'error[stage-load] `./unsteady.ts` changed while it was loaded.\nhint: Try again.'],
    [
      './plain.js',
      `error[stage-load] \`./plain.js\` could not be loaded: Cannot find package 'sluice' imported from <folder>/plain.js.
hint: A \`.ts\` file finds \`sluice\` wherever it lies; a \`.js\` file needs it installed: \`npm install sluice\`.`,
    ],
    [
      './no-default.ts',
      'error[stage-export] `./no-default.ts` has no default export.\nhint: Write `export default defineStage({ name, version, summary, config, run })`.',
    ],
    [
      './text.ts',
      'error[stage-export] The default export of `./text.ts` is not a stage: it is the string "stage".\nhint: Write `export default defineStage({ name, version, summary, config, run })`.',
    ],
    [
      './no-run.ts',
      'error[stage-export] The default export of `./no-run.ts` is not a stage: its `run` must be a function; found nothing.\nhint: Write `export default defineStage({ name, version, summary, config, run })`.',
    ],
    [
      './port.ts',
      'error[stage-export] The default export of `./port.ts` is not a stage: its `inputs.a` must be an artifact kind (`defineArtifact`); found the string "Examples".\nhint: Write `export default defineStage({ name, version, summary, config, run })`.',
    ],
    [
      'no-such-package/clean',
      'error[stage-package] The package `no-such-package` is not installed.\nhint: Install it: `npm install no-such-package`.',
    ],
    ['with-stage/dirty', 'error[stage-package] The package `with-stage` has no stage `dirty`.'],
  ]
  test.each(rows)('%s', async (uses, expected) => expect(await failure(uses)).toBe(expected))
})
