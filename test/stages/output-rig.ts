import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach } from 'vitest'
import { initialWeights } from '../../src/model/initial-weights.ts'
import type { Model } from '../../src/model/model.types.ts'
import { networkOf } from '../../src/model/networks.ts'
import { tinyConfig } from '../training/datasets.ts'

/** A folder that is empty before each test, and the one in it that a stage is to write. */
export const outputRig = (name: string) => {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`))
  beforeEach(() => {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return { folder, output_dir: join(folder, 'out') }
}

/** A small model that never learnt anything, with this tokenizer. */
export const tinyModel = (tokenizer: Model['tokenizer']) => ({
  config: tinyConfig,
  weights: initialWeights(networkOf(tinyConfig), tinyConfig, 5),
  tokenizer,
})
