import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { commitOf, hubServer } from '../fetch/hub-server.ts'
import { casePath } from '../squad/case.ts'
import { folderWith, sluice, start, steady } from './sluice.ts'

const model = casePath('65-resume-gives-the-same-weights', 'm')
const asked = ['--question', 'what is by it ?', '--context', 'a cat is by the house']
const commit = commitOf('c')

/** A folder to work in, and a Hub that has the model. */
const project = async () => {
  const files = Object.fromEntries(readdirSync(model).map(name => [name, readFileSync(join(model, name))]))
  const hub = await hubServer({ 'o/tiny': { commits: { [commit]: files }, refs: { main: commit, v1: commit } } })
  const folder = folderWith({})
  const env = { HF_ENDPOINT: hub.url, HF_HOME: join(folder, 'hf'), no_proxy: '127.0.0.1' }
  const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    start(folder, args, { env: { ...env, ...more } })
  return { folder, hub, run, words: (text: string) => steady(text.replaceAll(hub.url, 'HUB')) }
}

it('a model of the Hub is fetched once, into the cache that runs use, and told of on stderr', async () => {
  const { folder, hub, run, words } = await project()
  const here = await sluice(folder, 'predict', model, ...asked)
  const first = await run(['predict', 'hf://o/tiny@v1', ...asked]).ended
  expect([first.code, first.out]).toEqual([0, here.out])
  expect(words(first.err)).toMatch(
    /^hf:\/\/o\/tiny@v1: fetching\nhf:\/\/o\/tiny@v1: fetched after TIME, [\d.]+ kB, commit c{40}\n$/,
  )
  expect(readdirSync(join(folder, 'hf/hub/models--o--tiny/snapshots'))).toEqual([commit])
  const requests = hub.log.length
  const again = await run(['predict', 'hf://o/tiny@v1', ...asked]).ended
  expect([again, hub.log.length]).toEqual([{ code: 0, out: here.out, err: '' }, requests])
  const offline = await run(['predict', 'hf://o/tiny@v1', ...asked], { HF_HUB_OFFLINE: '1' }).ended
  expect([offline, hub.log.length]).toEqual([{ code: 0, out: here.out, err: '' }, requests])
  const anew = await run(['predict', 'hf://o/tiny@v1', '--rehash', ...asked]).ended
  expect([anew.code, words(anew.err)]).toEqual([
    0,
    `hf://o/tiny@v1: fetching\nhf://o/tiny@v1: found, nothing had to be fetched, commit ${commit}\n`,
  ])
  expect(hub.log.length).toBeGreaterThan(requests)
  await hub.close()
})

it('a model of the Hub is served', async () => {
  const { hub, run } = await project()
  const { child, ended } = run(['serve', 'hf://o/tiny', '--port', '0', '--json'])
  const [line] = await once(child.stdout!, 'data')
  const { url } = JSON.parse(line)
  expect((await fetch(`${url}health`)).status).toBe(200)
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)
  await hub.close()
})

const expectedModel = 'Expected MODEL to be a folder, hf://owner/name or hf://owner/name@revision; found'

it.each([
  ['https://example.org/model.zip', 2, `error[address] ${expectedModel} https://example.org/model.zip.\n`],
  ['hf://o/tiny/model.safetensors', 2, `error[address] ${expectedModel} hf://o/tiny/model.safetensors.\n`],
  [
    'hf://o/none',
    1,
    `hf://o/none: fetching
hf://o/none: failed after TIME
error[hub-repository] MODEL: Expected a model on HUB; there is no o/none, or it is private (hf://o/none).
  MODEL hf://o/none
  ^^^^^^^^^^^
hint: Check its name; for a private one, set HF_TOKEN to a token that may read it.
`,
  ],
  [
    'hf://o/tiny@v2',
    1,
    `hf://o/tiny@v2: fetching
hf://o/tiny@v2: failed after TIME
error[hub-revision] MODEL: Expected a branch, a tag or a commit of o/tiny; it has no \`v2\` (hf://o/tiny@v2).
  MODEL hf://o/tiny@v2
  ^^^^^^^^^^^^^^
hint: HUB/o/tiny/commits lists its commits.
`,
  ],
])('%s is refused in words', async (location, status, message) => {
  const { hub, run, words } = await project()
  const { code, out, err } = await run(['predict', location, ...asked]).ended
  await hub.close()
  expect([code, out, words(err)]).toEqual([status, '', message])
})

it('is not fetched for a command line that is wrong', async () => {
  const { hub, run } = await project()
  const { code, err } = await run(['predict', 'hf://o/tiny', ...asked, '--n-best', '0']).ended
  await hub.close()
  expect([code, err, hub.log]).toEqual([
    2,
    'error[flag-value] --n-best needs an integer of at least 1; found `0`.\n',
    [],
  ])
})

it('is not fetched where the Hub must not be asked', async () => {
  const { hub, run } = await project()
  const { code, err } = await run(['predict', 'hf://o/tiny', ...asked], { HF_HUB_OFFLINE: '1' }).ended
  await hub.close()
  expect([code, hub.log]).toEqual([1, []])
  expect(err).toContain('HF_HUB_OFFLINE')
})
