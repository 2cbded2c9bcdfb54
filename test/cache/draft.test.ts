import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { beginDraft, type Entry, takePlace } from '../../src/cache/draft.ts'
import type { KeyRecord } from '../../src/cache/key.ts'
import { openStore, type Store, tmpFolder } from '../../src/cache/store.ts'

const folder = mkdtempSync(join(tmpdir(), 'draft-'))
afterAll(() => rmSync(folder, { recursive: true }))

const record: KeyRecord = { format: 1, stage: 'one', version: 1, code: 'c', config: {}, inputs: {} }
const keep = async (store: Store, text: string): Promise<Entry> => {
  const draft = await beginDraft(store)
  const dir = await draft.folder('out')
  writeFileSync(join(dir, 'value'), text)
  const outputs = { out: await draft.seal('out', { kind: 'text', version: 1 }) }
  const created = new Date(0).toISOString()
  return draft.commit({
    format: 1,
    record,
    files: [],
    outputs,
    wrote: [],
    said: [],
    created,
    ms: 1,
    bytes: text.length,
  })
}
const contentOf = ({ dir }: Entry): string => readFileSync(join(dir, 'out', 'value'), 'utf8')

it('takes the place of a result with its key, and leaves nothing beside', async () => {
  const store = await openStore({ path: join(folder, 'a'), ours: false })
  const first = await keep(store, 'first')
  const second = await keep(store, 'second')
  expect([second.dir, contentOf(second)]).toEqual([first.dir, 'second'])
  expect(readdirSync(tmpFolder(store))).toEqual([])
})

it('that cannot take its place leaves the one that is there', async () => {
  const store = await openStore({ path: join(folder, 'b'), ours: false })
  const first = await keep(store, 'first')
  await expect(takePlace(store, join(folder, 'gone'), first.dir)).rejects.toThrow('ENOENT')
  expect(contentOf(first)).toBe('first')
  expect(readdirSync(tmpFolder(store))).toEqual([])
})
