import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { folderWith, loadedBy } from './sluice.ts'

const pipeline = `
stages:
  copy:
    uses: shell
    with: { run: cp in.txt out.txt, inputs: [in.txt], outputs: [out.txt] }
`

it('a run with nothing to do loads little: no YAML, no stages, no validator, no processes', async () => {
  const folder = folderWith({ 'pipeline.yaml': pipeline, 'in.txt': 'text' })
  const working = await loadedBy(folder, ['run', 'pipeline.yaml'])
  // A file that was changed a moment ago is read once more.
  await setTimeout(2200)
  await loadedBy(folder, ['run', 'pipeline.yaml'])
  const idle = await loadedBy(folder, ['run', 'pipeline.yaml'])
  expect(working.filter(name => !idle.includes(name))).toContain('execa')
  expect(idle).toEqual(['again', 'cli', 'commands', 'plain', 'run'])
})
