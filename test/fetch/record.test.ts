import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { writeWhole } from '../../src/fetch/record.ts'

it('two that write one file at once, of which one may run in another container, leave a whole one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-record-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'a', 'record.json')
  const texts = ['a', 'b', 'c', 'd'].map(letter => letter.repeat(10))
  await Promise.all(texts.map(text => writeWhole(path, text)))
  expect(texts).toContain(readFileSync(path, 'utf8'))
  expect(readdirSync(join(folder, 'a'))).toEqual(['record.json'])
})
