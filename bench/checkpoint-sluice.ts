// Writes a checkpoint for each line on standard input, as training does it, and answers with one line of JSON.
// Run by checkpoint.mjs. arguments: SETTING.json FOLDER
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { initialWeights } from '../src/model/initial-weights.ts'
import { networkOf } from '../src/model/networks.ts'
import { writeCheckpoint } from '../src/training/checkpoint.ts'
import { startOfTraining } from '../src/training/loop.ts'
import { layOut } from '../src/training/parameters.ts'
import { peakMegabytes } from './squad-data.ts'

const [, , settingFile, folder] = process.argv
const { config } = JSON.parse(readFileSync(settingFile!, 'utf8'))
const network = networkOf(config)
const parameters = layOut(network, config, initialWeights(network, config, 42))
const { params, m, v } = parameters.flat
// No zeros: a file system may keep those without writing them.
m.set(params)
v.set(params)
const settings = { folder: folder!, save_steps: 500, save_total_limit: 2, files: {} }
const state = startOfTraining()

for await (const _ of createInterface({ input: process.stdin })) {
  state.step += settings.save_steps
  const started = performance.now()
  const checkpoint = await writeCheckpoint(settings, parameters, network.weights(config), state, {})
  const ms = performance.now() - started
  const bytes = readdirSync(checkpoint).reduce((sum, name) => sum + statSync(join(checkpoint, name)).size, 0)
  console.log(JSON.stringify({ ms, bytes, parameters: params.length, peak_mb: peakMegabytes() }))
}
