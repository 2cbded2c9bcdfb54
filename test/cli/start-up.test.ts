import { readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { folderWith, start } from './sluice.ts'

const pipeline = `
stages:
  copy:
    uses: shell
    with: { run: cp in.txt out.txt, inputs: [in.txt], outputs: [out.txt] }
`

/** Says of every module that is loaded where it is from. */
const tracing = {
  'trace.mjs': `import { register } from 'node:module'\nregister('./hooks.mjs', import.meta.url)`,
  'hooks.mjs': `import { appendFileSync } from 'node:fs'
export const load = (url, context, next) => (appendFileSync(process.env.LOADED, url + '\\n'), next(url, context))`,
}

/** The modules that a command loads, without the hash in their names. */
const loadedBy = async (folder: string, ...args: readonly string[]): Promise<readonly string[]> => {
  const log = join(folder, 'loaded.txt')
  rmSync(log, { force: true })
  const env = { LOADED: log, NODE_OPTIONS: `--import ${pathToFileURL(join(folder, 'trace.mjs'))}` }
  expect(await start(folder, args, { env }).ended).toMatchObject({ code: 0, err: '' })
  const files = readFileSync(log, 'utf8')
    .split('\n')
    .filter(url => url.startsWith('file:') && !url.endsWith('.mjs'))
  return files.map(url => basename(url, '.js').replace(/-[\w-]{8}$/, '')).sort()
}

it('a run with nothing to do loads little: no tensors, no compiler, no validator, no processes', async () => {
  const folder = folderWith({ 'pipeline.yaml': pipeline, 'in.txt': 'text', ...tracing })
  const working = await loadedBy(folder, 'run', 'pipeline.yaml')
  const idle = await loadedBy(folder, 'run', 'pipeline.yaml')
  expect(working.filter(name => !idle.includes(name))).toContain('execa')
  expect(idle).toEqual([
    'artifact',
    'cli',
    'commands',
    'core',
    'plain',
    'print',
    'rolldown-runtime',
    'run',
    'schema',
    'shell',
    'src',
    'typebox',
    'typed-arrays',
    'validators',
  ])
})
