import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fileProbe } from '../../src/plan/probe.ts'
import { packageRoot } from '../../src/plugin/package-root.ts'
import { isStageError } from '../../src/plugin/stage-error.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-probe-'))
  mkdirSync(join(folder, 'sub'))
  for (const name of ['b.txt', 'a.txt']) writeFileSync(join(folder, name), `text of ${name}`)
  writeFileSync(join(folder, 'large'), '')
  truncateSync(join(folder, 'large'), 17 * 2 ** 20)
  mkdirSync(join(folder, 'node_modules/@scope/one'), { recursive: true })
  writeFileSync(join(folder, 'node_modules/@scope/one/package.json'), '{ "version": "1.0.0" }')
})
afterAll(() => rmSync(folder, { recursive: true }))

test('answers what the file system says', () => {
  const probe = fileProbe(folder)
  const at = (name: string) => join(folder, name)
  expect(['a.txt', 'sub', 'none', 'a.txt/none'].map(name => probe.kind(at(name)))).toEqual([
    'file',
    'folder',
    'absent',
    'absent',
  ])
  expect(['a.txt', 'sub', 'none'].map(name => probe.text(at(name)))).toEqual(['text of a.txt', undefined, undefined])
  expect(probe.list(folder)).toEqual(['a.txt', 'b.txt', 'large', 'node_modules', 'sub'])
  expect([probe.list(at('none')), probe.list(at('a.txt'))]).toEqual([[], []])
  expect(probe.package('@scope/one')).toEqual({ version: '1.0.0', folder: at('node_modules/@scope/one') })
  expect(probe.package('typebox')?.folder).toBe(join(packageRoot(), 'node_modules/typebox'))
  expect(probe.package('@scope/two')).toBe(undefined)
})

test('answers once', () => {
  const probe = fileProbe(folder)
  const file = join(folder, 'changing')
  expect(probe.kind(file)).toBe('absent')
  writeFileSync(file, '')
  expect(probe.kind(file)).toBe('absent')
  rmSync(file)
})

test.each([
  ['a long name', 'x'.repeat(300), 'its name is too long (ENAMETOOLONG)'],
  ['a NUL character', 'a\0b', 'its name holds a NUL character'],
  ['links in a circle', 'circle', 'it is a link that leads in a circle (ELOOP)'],
])('refuses %s', (_, name, reason) => {
  const file = join(folder, name)
  if (name === 'circle') symlinkSync(name, file)
  const probe = fileProbe(folder)
  for (const ask of [probe.kind, probe.text, probe.list]) {
    try {
      ask(file)
      expect.unreachable()
    } catch (error) {
      if (!isStageError(error)) throw error
      expect(error.problem).toEqual({ code: 'unreadable-file', message: `it cannot be read: ${reason}.`, file })
    }
  }
})

test('refuses a package whose package.json is not whole', () => {
  const manifest = join(folder, 'node_modules/broken/package.json')
  mkdirSync(dirname(manifest))
  writeFileSync(manifest, '{ "version": ')
  let thrown: unknown
  try {
    fileProbe(folder).package('broken')
  } catch (error) {
    thrown = error
  }
  expect(isStageError(thrown) && thrown.problem).toEqual({
    code: 'unreadable-file',
    message: 'it cannot be read: Unexpected end of JSON input.',
    file: manifest,
    hint: 'Wait until it is installed, or install it again.',
  })
})

test('refuses a large file', () => {
  let thrown: unknown
  try {
    fileProbe(folder).text(join(folder, 'large'))
  } catch (error) {
    thrown = error
  }
  expect(isStageError(thrown) && thrown.problem).toEqual({
    code: 'file-too-large',
    message: 'large is read before anything runs and must be at most 16 MB; it has 17.0 MB.',
    file: join(folder, 'large'),
  })
})
