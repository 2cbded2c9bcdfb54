import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { initialWeights } from '../../src/model/initial-weights.ts'
import { networkOf } from '../../src/model/networks.ts'
import { writeCheckpoint } from '../../src/training/checkpoint.ts'
import { startOfTraining } from '../../src/training/loop.ts'
import { layOut } from '../../src/training/parameters.ts'
import { tinyConfig } from './datasets.ts'

const network = networkOf(tinyConfig)
const specs = network.weights(tinyConfig)
const parameters = layOut(network, tinyConfig, initialWeights(network, tinyConfig, 1))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-checkpoint-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (step: number, { files = {}, limit = 2, best }: Options = {}) => {
  const state = { ...startOfTraining(), step, ...(best !== undefined && { best: { step: best, metric: 1 } }) }
  return writeCheckpoint({ folder, files, save_steps: 1, save_total_limit: limit }, parameters, specs, state, {})
}
interface Options {
  readonly files?: Readonly<Record<string, string>>
  readonly limit?: number
  readonly best?: number
}

it.each([
  { there: [150, 120], step: 50, limit: 1, kept: [50] },
  { there: [150, 120], step: 50, limit: 2, kept: [50] },
  { there: [150, 50], step: 120, limit: 2, best: 50, kept: [120, 50] },
  { there: [150, 100, 50], step: 120, limit: 1, best: 50, kept: [120, 50] },
  { there: [150, 100, 50], step: 120, limit: 2, kept: [120, 100] },
])('of step $step beside $there, with a limit of $limit and $best as the best, leaves $kept', async each => {
  for (const step of each.there) mkdirSync(join(folder, `checkpoint-${step}`))
  const { best } = each
  const path = await write(each.step, { limit: each.limit, ...(best !== undefined && { best }) })
  expect(path).toBe(join(folder, `checkpoint-${each.step}`))
  expect(readdirSync(folder)).toEqual(each.kept.map(step => `checkpoint-${step}`).sort())
})

it('replaces one of the same step', async () => {
  await write(3, { files: { 'config.json': 'old', 'only.old': '' } })
  writeFileSync(join(folder, 'run.json'), '{}')
  const path = await write(3, { files: { 'config.json': 'new' } })
  expect(readFileSync(join(path, 'config.json'), 'utf8')).toBe('new')
  expect(readdirSync(path)).toEqual([
    'config.json',
    'model.safetensors',
    'optimizer.safetensors',
    'trainer_state.json',
    'training_log.jsonl',
  ])
  expect(readdirSync(folder)).toEqual(['checkpoint-3', 'run.json'])
})

it('replaces one whose replacing failed half-way', async () => {
  await write(3)
  cpSync(join(folder, 'checkpoint-3'), join(folder, '.checkpoint-3.replaced'), { recursive: true })
  await write(3)
  expect(readdirSync(folder)).toEqual(['checkpoint-3'])
})

it('fails with the first file that fails, once the others are written', async () => {
  const file = join(folder, '.checkpoint-3', 'no', 'such.json')
  await expect(write(3, { files: { 'no/such.json': '' } })).rejects.toThrow(
    `ENOENT: no such file or directory, open '${file}'`,
  )
  const size = (name: string) => statSync(join(folder, name)).size
  const sizes = ['model.safetensors', 'optimizer.safetensors'].map(name => size(join('.checkpoint-3', name)))
  await write(4)
  expect(sizes).toEqual(['model.safetensors', 'optimizer.safetensors'].map(name => size(join('checkpoint-4', name))))
})
