import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { cacheFolder } from '../../src/cache/folder.ts'
import { openStore } from '../../src/cache/store.ts'
import { isDiagnosticsError } from '../../src/diagnostic/diagnostic.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-folder-'))
  mkdirSync(join(folder, 'project/pipelines/deep'), { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true }))

const find = (options: { flag?: string; cache?: string } = {}) => {
  const pipelineFile = join(folder, 'project/pipelines/squad.yaml')
  const { path, ours } = cacheFolder({ pipelineFile, flag: options.flag, env: { SLUICE_CACHE: options.cache } })
  return [path.replace(folder, 'FOLDER'), ours]
}
const manifest = (text: string, where = 'project') => writeFileSync(join(folder, where, 'package.json'), text)

describe('cacheFolder', () => {
  it('is .sluice beside the pipeline where no package.json is above', () => {
    expect(find()).toEqual(['FOLDER/project/pipelines/.sluice', true])
  })
  it('is .sluice beside the nearest package.json', () => {
    manifest('{"sluice": {"cacheDir": "far"}}', '.')
    manifest('{"name": "x"}')
    expect(find()).toEqual(['FOLDER/project/.sluice', true])
  })
  it.each([
    ['cache', 'FOLDER/project/cache'],
    ['../shared/', 'FOLDER/shared'],
    ['/var/cache/x', '/var/cache/x'],
  ])('is what that package.json says: %s', (cacheDir, path) => {
    manifest(JSON.stringify({ sluice: { cacheDir } }))
    expect(find()).toEqual([path, false])
  })
  it('is SLUICE_CACHE before that, and --cache-dir before all, from the current folder', () => {
    manifest('{"sluice": {"cacheDir": "cache"}}')
    expect(find({ cache: 'here' })).toEqual([resolve('here'), false])
    expect(find({ cache: '/there', flag: 'flag' })).toEqual([resolve('flag'), false])
    expect(find({ cache: '' })).toEqual(['FOLDER/project/cache', false])
  })
  test.each([
    [
      '{"sluice": {"cacheDir": 3}}',
      'cache-dir',
      'expected `sluice.cacheDir` to be a path, found 3.',
      'Name a folder, relative to that package.json, or remove it: results are then kept in `.sluice`.',
    ],
    [
      '{"sluice": {"cacheDir": ""}}',
      'cache-dir',
      'expected `sluice.cacheDir` to be a path, found "".',
      'Name a folder, relative to that package.json, or remove it: results are then kept in `.sluice`.',
    ],
    [
      '{',
      'package-json',
      "expected JSON, because `sluice.cacheDir` may stand in it: Expected property name or '}' in JSON at position 1.",
      'Correct it, or say where results are kept with --cache-dir.',
    ],
  ])('refuses %s', (text, code, message, hint) => {
    manifest(text)
    try {
      find()
      expect.unreachable()
    } catch (error) {
      if (!isDiagnosticsError(error)) throw error
      expect(error.diagnostics).toEqual([
        { severity: 'error', code, message: `${join(folder, 'project/package.json')}: ${message}`, hint },
      ])
    }
  })
})

describe('openStore', () => {
  it('hides our own folder from git, and leaves a named one as it is', async () => {
    await openStore({ path: join(folder, '.sluice'), ours: true })
    expect(readFileSync(join(folder, '.sluice/.gitignore'), 'utf8')).toBe('*\n')
    writeFileSync(join(folder, '.sluice/.gitignore'), '# mine\n')
    await openStore({ path: join(folder, '.sluice'), ours: true })
    expect(readFileSync(join(folder, '.sluice/.gitignore'), 'utf8')).toBe('# mine\n')

    await openStore({ path: join(folder, 'cache'), ours: false })
    expect(existsSync(join(folder, 'cache/.gitignore'))).toBe(false)
  })

  it.each([
    ['a file in its place', 'taken', 'ENOTDIR', 'a file is in its place, or in that of a folder above it'],
    ['a file on the way', 'taken/cache', 'ENOTDIR', 'a file is in its place, or in that of a folder above it'],
    ['a folder where none can be made', '/proc/x', 'ENOENT', 'no folder can be made there'],
    ['a long name', 'x'.repeat(300), 'ENAMETOOLONG', 'a name in it is too long'],
  ])('refuses %s', async (_, name, code, reason) => {
    writeFileSync(join(folder, 'taken'), '')
    const path = resolve(folder, name)
    const diagnostic = {
      severity: 'error',
      code: 'cache-not-writable',
      message: `Expected to keep results in ${path}, but ${reason} (${code}).`,
      hint: 'Keep them in another folder with --cache-dir, or make this one writable.',
    }
    await expect(openStore({ path, ours: false })).rejects.toMatchObject({ diagnostics: [diagnostic] })
    const looking = openStore({ path, ours: false }, { readOnly: true })
    if (code === 'ENOENT') await looking
    else await expect(looking).rejects.toMatchObject({ diagnostics: [diagnostic] })
  })

  it('makes nothing where it may only look', async () => {
    await openStore({ path: join(folder, '.sluice'), ours: true }, { readOnly: true })
    expect(existsSync(join(folder, '.sluice'))).toBe(false)
  })
})
