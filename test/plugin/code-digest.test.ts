import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { builtins } from '../../src/library/builtins.ts'
import { builtinDigest } from '../../src/plugin/builtin-digest.ts'
import { type DigestMemo, isCurrent, localCode, type RememberedDigest } from '../../src/plugin/code-digest.ts'
import { packageRoot } from '../../src/plugin/package-root.ts'

const files: Readonly<Record<string, string>> = {
  'stage.ts': `import { isMap } from 'sluice'
import { left } from 'left'
import { twice } from './lib/helper.ts'
// A comment.
export default { run: (value: number): number => left(twice(value)), isMap }
`,
  'lib/helper.ts': 'export const twice = (x: number) => 2 * x\n',
  'tsconfig.json': '{ "compilerOptions": { "target": "es5" } }',
  'node_modules/left/package.json': '{ "name": "left", "version": "1.0.0" }',
  'node_modules/left/index.js': 'export const left = x => x\n',
}
let folder = ''
const write = (name: string, text: string) => {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}
const edit = (name: string, from: string, to: string) => write(name, (files[name] ?? '').replace(from, to))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-digest-'))
  for (const [name, text] of Object.entries(files)) write(name, text)
})
afterEach(() => rmSync(folder, { recursive: true }))
const digest = async (memo?: DigestMemo) => (await localCode(join(folder, 'stage.ts'), memo)).digest
/** Until files that were just written count as left alone. */
const settled = () => delay(2100)

describe('the digest of a local stage', () => {
  const rows: readonly (readonly [string, boolean, () => void])[] = [
    ['a comment', false, () => edit('stage.ts', '// A comment.', '/* Another,\n longer one. */')],
    ['formatting', false, () => edit('stage.ts', 'export default { run', 'export default {\n  run')],
    ['a type', false, () => edit('stage.ts', '(value: number): number', '(value: any): any')],
    ['tsconfig.json', false, () => edit('tsconfig.json', 'es5', 'es2020')],
    ['a package’s file', false, () => edit('node_modules/left/index.js', 'x => x', 'x => 1 + x')],
    ['the stage', true, () => edit('stage.ts', 'left(twice(value))', 'twice(left(value))')],
    ['an imported helper', true, () => edit('lib/helper.ts', '2 * x', '3 * x')],
    ['a package’s version', true, () => edit('node_modules/left/package.json', '1.0.0', '1.0.1')],
    ['a missing package', true, () => rmSync(join(folder, 'node_modules'), { recursive: true })],
  ]
  test.each(rows)('%s: %s', async (_, changes, change) => {
    const before = await digest()
    expect(before).toMatch(/^[0-9a-f]{64}$/)
    change()
    expect((await digest()) !== before).toBe(changes)
  })

  test('does not depend on the folder', async () => {
    const before = await digest()
    const old = folder
    folder = mkdtempSync(join(tmpdir(), 'sluice-digest-elsewhere-'))
    for (const [name, text] of Object.entries(files)) write(name, text)
    expect(await digest()).toBe(before)
    rmSync(old, { recursive: true })
  })
})

test('the memo answers until a file of the bundle or a package changes, and remembers only files left alone', async () => {
  const remembered = new Map<string, RememberedDigest>()
  let sets = 0
  const memo: DigestMemo = {
    get: file => remembered.get(file),
    set: (file, entry) => {
      sets++
      remembered.set(file, entry)
    },
  }
  const first = await digest(memo)
  expect(sets).toBe(0)
  await settled()
  expect(await digest(memo)).toBe(first)
  expect(await digest(memo)).toBe(first)
  expect(sets).toBe(1)
  edit('lib/helper.ts', '2 * x', '3 * x')
  expect(await digest(memo)).not.toBe(first)
  await settled()
  await digest(memo)
  expect(sets).toBe(2)
  edit('node_modules/left/package.json', '1.0.0', '1.0.1')
  await settled()
  await digest(memo)
  expect(sets).toBe(3)
  const names = Object.keys(remembered.get(join(folder, 'stage.ts'))?.files ?? {})
  expect(names.filter(name => name.startsWith(folder)).map(name => name.slice(folder.length + 1))).toEqual([
    'lib/helper.ts',
    'node_modules/left/package.json',
    'stage.ts',
  ])
})

test('code is no longer current when a file of it has changed', async () => {
  const code = await localCode(join(folder, 'stage.ts'))
  expect(isCurrent(code)).toBe(true)
  edit('lib/helper.ts', '2 * x', '3 * x')
  expect(isCurrent(code)).toBe(false)
})

const built = join(packageRoot(), 'dist', 'code-digests.json')
describe.runIf(existsSync(built))('the digests of the built-in stages, from the build', () => {
  test.each(Object.keys(builtins))('%s', name => expect(builtinDigest(name)).toMatch(/^[0-9a-f]{64}$/))
  test('a stage that the build does not know', () =>
    expect(() => builtinDigest('nope')).toThrow(
      'dist/code-digests.json knows no stage nope; npm run build makes it anew',
    ))
})
