import { spawn } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// A project that uses the package: linked to this checkout; and, where SLUICE_PACK is set (CI does), what `npm pack` makes
// installed from the registry, in half a minute. In it the example of docs/library.md is compiled and run.
const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** The first block of code of a language in a document, behind the first place where a text stands. */
const block = (file: string, language: string, behind = '') => {
  const text = read(file)
  const found = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(text.slice(text.indexOf(behind)))
  if (!found) throw new Error(`${file} has no block of ${language}`)
  return found[1]!
}

/** Runs a program to its end; answers what it printed, or throws with it where it failed. */
const call = (cwd: string, program: string, ...args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const { SLUICE_CACHE, ...env } = process.env
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, err] = ['', '']
    child.stdout.on('data', chunk => (out += chunk))
    child.stderr.on('data', chunk => (err += chunk))
    child.on('error', reject)
    child.on('close', code =>
      code === 0 ? resolve(out) : reject(new Error(`${program} ended with ${code}\n${out}${err}`)),
    )
  })

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')

const link = async (folder: string) => {
  for (const name of ['@types', '.bin']) mkdirSync(join(folder, 'node_modules', name), { recursive: true })
  symlinkSync(root, join(folder, 'node_modules', 'sluice'))
  symlinkSync('../sluice/dist/cli.js', join(folder, 'node_modules', '.bin', 'sluice'))
}

const install = async (folder: string) => {
  await call(root, 'npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder)
  const archive = readdirSync(folder).find(name => name.endsWith('.tgz'))
  const flags = ['--onnxruntime-node-install=skip', '--prefer-offline', '--no-audit', '--no-fund']
  await call(folder, 'npm', 'install', `./${archive}`, ...flags)
  mkdirSync(join(folder, 'node_modules', '@types'), { recursive: true })
}

const ways = [
  ['linked', link, true],
  ['packed and installed', install, process.env.SLUICE_PACK !== undefined],
] as const

describe.each(ways)('the package, %s', (_, provide, wanted) => {
  describe.runIf(wanted)('in a project of its own', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-package-'))
    beforeAll(async () => {
      writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
      await provide(folder)
      symlinkSync(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'))
      copyFileSync(join(root, 'test/cases/63-ways-to-write-a-learning-rate/input.json'), join(folder, 'train.json'))
      writeFileSync(join(folder, 'pipeline.yaml'), block('docs/library.md', 'yaml'))
      writeFileSync(join(folder, 'drop-short.ts'), block('README.md', 'ts', '## In your own project'))
      writeFileSync(join(folder, 'example.ts'), block('docs/library.md', 'ts'))
    }, 120_000)
    afterAll(() => rmSync(folder, { recursive: true }))

    test.each(['nodenext', 'bundler'])('TypeScript finds the types: %s', async resolution => {
      const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--types', 'node']
      const language = ['--target', 'es2023', '--module', resolution === 'bundler' ? 'preserve' : 'nodenext']
      const files = ['example.ts', 'drop-short.ts', '--moduleResolution', resolution, '--outDir', resolution]
      expect(await call(folder, process.execPath, tsc, ...strict, ...language, ...files)).toBe('')
    })

    test('the example of docs/library.md runs', async () => {
      expect(await call(folder, process.execPath, 'nodenext/example.js')).toBe(`read would-run
drop-short unknown
done ran
4 what is by it ?
`)
    })

    test('`npx sluice run` runs the same', async () => {
      const out = await call(
        folder,
        'npx',
        '--no-install',
        'sluice',
        'run',
        'pipeline.yaml',
        '--set',
        'stages.drop-short.with.min=4',
      )
      expect(out).toMatch(/^drop-short: reused, /m)
    })
  })
})

test('publint has nothing to say of it', async () => {
  const { messages } = await publint({ pkgDir: root, strict: true, pack: 'npm' })
  expect(messages).toEqual([])
})
