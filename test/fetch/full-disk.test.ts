import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { machine } from './fetching.ts'
import { fileServer } from './file-server.ts'
import { commitOf, hubServer } from './hub-server.ts'

const mounted = mkdtempSync(join(tmpdir(), 'sluice-small-'))
const canMount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', mounted]).status === 0
if (!canMount) rmSync(mounted, { recursive: true })

describe.skipIf(!canMount)(`on a small disk${canMount ? '' : ' (skipped: needs the right to mount one)'}`, () => {
  afterAll(() => {
    spawnSync('umount', [mounted])
    rmSync(mounted, { recursive: true })
  })
  const known = (text: string) =>
    text.replaceAll(/\b\d+(,\d+)* bytes are free/g, 'N bytes are free').replaceAll(mounted, '<small>')

  it('what is too large is told of before any of it is written', async () => {
    const commit = commitOf('a')
    const files = { 'model.safetensors': 'x'.repeat(1_000_000) }
    const server = await hubServer({ 'o/n': { commits: { [commit]: files }, refs: { main: commit } } })
    const { fetch } = machine({ HF_ENDPOINT: server.url, HF_HOME: mounted })
    expect(known((await fetch('hf://o/n/model.safetensors')).text).replace(/blobs\/\w+/, 'blobs/ETAG')).toBe(
      `error[disk-full] Expected to write what is fetched from hf://o/n/model.safetensors, but no space is left on the disk (ENOSPC): 1,000,000 bytes are to come, N bytes are free (<small>/hub/models--o--n/blobs/ETAG.sluice-incomplete).
hint: Make room and run again: it goes on from there.`,
    )
  })

  it('so is what turns out to be too large on the way', async () => {
    const { url } = await fileServer({ '/a': { body: 'x'.repeat(1_000_000), claims: 'nothing' } })
    const { fetch } = machine({}, join(mounted, 'cache'))
    expect((await fetch(`${url}/a`)).text.replaceAll(url, 'URL')).toBe(
      `error[disk-full] Expected to write what is fetched from URL/a, but no space is left on the disk (ENOSPC).
hint: Make room and run again: it goes on from there.`,
    )
  })
})
