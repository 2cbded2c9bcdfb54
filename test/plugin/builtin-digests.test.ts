import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

test('the code of the built-in stages has the same digests in every build', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-digests-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'digests.json')
  // What differs from one time to the next differs in about every third.
  for (let time = 0; time < 6; time++) {
    expect(spawnSync(process.execPath, ['scripts/code-digests.mjs', file]).status).toBe(0)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(readFileSync('dist/code-digests.json', 'utf8')))
  }
}, 60_000)
