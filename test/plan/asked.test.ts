import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { isStillTrue, openWitness } from '../../src/plan/asked.ts'
import { fileProbe } from '../../src/plan/probe.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-asked-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'text'), 'a text')
  writeFileSync(join(folder, 'long'), 'x'.repeat(100))
  mkdirSync(join(folder, 'node_modules/one'), { recursive: true })
  writeFileSync(join(folder, 'node_modules/one/package.json'), '{ "version": "1.0.0" }')
  vi.stubEnv('SLUICE_TEST', 'as it was')
})

const at = (name: string) => join(folder, name)

const askAll = () => {
  const witness = openWitness()
  const probe = witness.probe(fileProbe(folder))
  const env = witness.env(process.env)
  const answers = [
    probe.text(at('text')),
    probe.text(at('long')),
    probe.text(at('none')),
    probe.kind(at('text')),
    probe.kind(at('text')),
    probe.list(folder),
    probe.package('one'),
    probe.package('two'),
    probe.ourPackage('typebox')?.version,
    env.SLUICE_TEST,
    env.SLUICE_TEST_NONE,
  ]
  return { answers, asked: witness.asked() }
}

test('answers as the probe does, and keeps account of it', () => {
  const { answers, asked } = askAll()
  const { version, folder: where } = fileProbe(folder).ourPackage('typebox')!
  expect(answers).toEqual([
    'a text',
    'x'.repeat(100),
    undefined,
    'file',
    'file',
    ['long', 'node_modules', 'text'],
    { version: '1.0.0', folder: at('node_modules/one') },
    undefined,
    version,
    'as it was',
    undefined,
  ])
  // Answers may be secrets: what is kept of them is a digest.
  const digest = (text: string) => createHash('sha256').update(text).digest('hex')
  expect(asked).toEqual([
    ['text', at('text'), digest('"a text"')],
    ['text', at('long'), digest(`"${'x'.repeat(100)}"`)],
    ['text', at('none'), digest('nothing')],
    ['kind', at('text'), digest('"file"')],
    ['list', folder, digest('["long","node_modules","text"]')],
    ['package', 'one', digest(JSON.stringify({ version: '1.0.0', folder: at('node_modules/one') }))],
    ['package', 'two', digest('nothing')],
    ['ourPackage', 'typebox', digest(JSON.stringify({ version, folder: where }))],
    ['env', 'SLUICE_TEST', digest('"as it was"')],
    ['env', 'SLUICE_TEST_NONE', digest('nothing')],
  ])
})

test.each<[string, () => void, boolean]>([
  ['nothing', () => {}, true],
  ['what nobody asked for', () => writeFileSync(at('node_modules/other'), ''), true],
  ['a variable that nobody asked for', () => vi.stubEnv('SLUICE_TEST_OTHER', 'x'), true],
  ['a file written anew with the same text', () => writeFileSync(at('text'), 'a text'), true],
  ['a text', () => writeFileSync(at('text'), 'A text'), false],
  ['a long text', () => writeFileSync(at('long'), 'y'.repeat(100)), false],
  ['a file that there was not', () => writeFileSync(at('none'), ''), false],
  ['a file that is gone', () => rmSync(at('text')), false],
  ['the names in a folder', () => writeFileSync(at('new'), ''), false],
  ['a package that is being installed', () => writeFileSync(at('node_modules/one/package.json'), '{'), false],
  ['the version of a package', () => writeFileSync(at('node_modules/one/package.json'), '{"version":"1.0.1"}'), false],
  ['a package that there was not', () => installTwo(), false],
  ['a variable', () => vi.stubEnv('SLUICE_TEST', 'otherwise'), false],
  ['a variable that there was not', () => vi.stubEnv('SLUICE_TEST_NONE', ''), false],
  ['a variable that is gone', () => vi.stubEnv('SLUICE_TEST', undefined), false],
])('after a change of %s', (_, change, same) => {
  const { asked } = askAll()
  change()
  expect(isStillTrue(asked, fileProbe(folder))).toBe(same)
})

const installTwo = () => {
  mkdirSync(at('node_modules/two'))
  writeFileSync(at('node_modules/two/package.json'), '{ "version": "2.0.0" }')
}

test('that something could not be looked at is an answer too', () => {
  const witness = openWitness()
  const long = at('x'.repeat(300))
  expect(() => witness.probe(fileProbe(folder)).kind(long)).toThrow('its name is too long')
  expect(witness.asked()).toHaveLength(1)
  expect(isStillTrue(witness.asked(), fileProbe(folder))).toBe(true)
})

test('a question that nobody could answer is never answered the same', () => {
  const broken = {
    ...fileProbe(folder),
    package: () => {
      throw new SyntaxError('no JSON')
    },
  }
  const witness = openWitness()
  expect(() => witness.probe(broken).package('one')).toThrow('no JSON')
  expect(isStillTrue(witness.asked(), broken)).toBe(false)
  expect(isStillTrue(witness.asked(), fileProbe(folder))).toBe(false)
})
