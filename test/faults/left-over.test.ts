import { cpSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { folderWith, sluice, start, steady } from '../cli/sluice.ts'
import { casePath } from '../squad/case.ts'
import { judge } from './project.ts'

const killAt = fileURLToPath(new URL('kill-at.mjs', import.meta.url))

it('what a killed run leaves beside a whole result hinders nobody, and `cache gc` sweeps it away', async () => {
  const folder = folderWith({})
  cpSync(casePath('65-resume-gives-the-same-weights'), folder, { recursive: true })
  const cache = join(folder, '.sluice/v1')
  const left = () => ['locks', 'scratch', 'claims', 'tmp'].map(name => readdirSync(join(cache, name)).length)

  // The fifth is that of the training, which has its checkpoints in a scratch folder.
  const env = { NODE_OPTIONS: `--import=${killAt}`, SLUICE_KILL_AT: 'stored 5' }
  expect((await start(folder, ['run', 'pipeline.yaml'], { env }).ended).code).toBeNull()
  expect([left(), await judge({ folder })]).toEqual([[1, 1, 1, 0], { sound: 5, faults: [] }])

  const sizes = (text: string) =>
    steady(text)
      .replaceAll(/\b[\d.]+ [kM]?B/g, 'SIZE')
      .replaceAll(folder, 'FOLDER')
  const rows = `checkpoints  train  SIZE  used TIME ago  its result is stored
left over  claim  SIZE  its process is dead
left over  lock  SIZE  its process is dead
`
  const dry = await sluice(folder, 'cache', 'gc', '--dry-run')
  expect([dry.code, dry.err, sizes(dry.out)]).toEqual([
    0,
    '',
    `${rows}\nWould remove 3 things, SIZE; SIZE would be left in FOLDER/.sluice\n`,
  ])
  const { code, err, out } = await sluice(folder, 'cache', 'gc')
  expect([code, err, sizes(out)]).toEqual([0, '', `${rows}\nRemoved 3 things, SIZE; SIZE are left in FOLDER/.sluice\n`])
  expect([left(), await judge({ folder })]).toEqual([[0, 0, 0, 0], { sound: 5, faults: [] }])

  const next = await sluice(folder, 'run', 'pipeline.yaml')
  expect([next.code, next.err]).toEqual([0, ''])
  expect(steady(next.out)).toMatch(/\ntrain {2}reused {2}.*\nsave {2}ran {2}/)
  expect([left(), existsSync(join(folder, 'out/model.safetensors'))]).toEqual([[0, 0, 0, 0], true])
})
