// What a training leaves on disk every so many steps, so that it can go on from there after it was killed. A checkpoint is a
// model folder in Hugging Face form with the optimizer's moments and the loop's state beside the weights; it gets its name
// only when the disk has all of it.
import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Weights } from '../model/model.types.ts'
import { WEIGHTS } from '../model/model-folder.ts'
import type { WeightSpecs } from '../model/network.types.ts'
import { writeSafetensors } from '../model/safetensors-write.ts'
import type { TrainingState } from './loop.ts'
import type { Parameters } from './parameters.ts'
import type { CheckpointSettings } from './training.types.ts'

export const OPTIMIZER = 'optimizer.safetensors'
export const STATE = 'trainer_state.json'
export const checkpointName = (step: number): string => `checkpoint-${step}`

/** The moments under the names that `torch.optim.AdamW` has for them. */
export const moments = { m: 'exp_avg', v: 'exp_avg_sq' } as const

/** Facts for whoever reads `trainer_state.json`, under the names that `transformers` has for them. */
export type StateFacts = Readonly<Record<string, number>>

/** Writes `checkpoint-N` of the step that `state` stands after, then removes the oldest ones; says the new one's folder. */
export async function writeCheckpoint(
  { folder, files, save_total_limit }: CheckpointSettings,
  parameters: Parameters,
  specs: WeightSpecs,
  state: TrainingState,
  facts: StateFacts,
): Promise<string> {
  const name = checkpointName(state.step)
  const unfinished = join(folder, unfinishedName(name))
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true })
  const { params, m, v } = parameters.flat
  await writeSafetensors(join(unfinished, WEIGHTS), tensorsOf(parameters, specs, { '': params }))
  await writeSafetensors(
    join(unfinished, OPTIMIZER),
    tensorsOf(parameters, specs, { [`${moments.m}.`]: m, [`${moments.v}.`]: v }),
  )
  for (const [file, text] of Object.entries(files)) await writeFile(join(unfinished, file), text)
  await writeFile(join(unfinished, STATE), `${JSON.stringify({ ...facts, state }, null, 2)}\n`)
  for (const file of await readdir(unfinished)) await sync(join(unfinished, file))
  await sync(unfinished)
  const whole = join(folder, name)
  await remove(whole)
  await rename(unfinished, whole)
  await sync(folder)
  for (const old of (await checkpointsIn(folder)).slice(save_total_limit)) await remove(join(folder, old))
  return whole
}

/** The names of the checkpoints in a folder, newest first. */
export async function checkpointsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => [])
  const stepOf = (name: string) => Number(/^checkpoint-(\d+)$/.exec(name)?.[1] ?? Number.NaN)
  return names.filter(name => stepOf(name) >= 0).sort((a, b) => stepOf(b) - stepOf(a))
}

/** Removes what a killed writer left unfinished. */
export async function sweepUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => []))
    if (name.startsWith('.checkpoint-')) await rm(join(folder, name), { recursive: true, force: true })
}

const unfinishedName = (name: string) => `.${name}`

/** Takes its name away first: a checkpoint that is half removed must not look like one. */
async function remove(checkpoint: string): Promise<void> {
  const unnamed = `${checkpoint.replace(/(checkpoint-\d+)$/, '.$1')}.removed`
  await rm(unnamed, { recursive: true, force: true })
  await rename(checkpoint, unnamed).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  await rm(unnamed, { recursive: true, force: true })
}

function tensorsOf({ views }: Parameters, specs: WeightSpecs, arrays: Readonly<Record<string, Float32Array>>): Weights {
  return new Map(
    Object.entries(arrays).flatMap(([prefix, array]) => {
      const values = views(array)
      return [...specs].map(([name, { shape }]) => [`${prefix}${name}`, { shape, data: values[name]! }] as const)
    }),
  )
}

async function sync(path: string): Promise<void> {
  const handle = await open(path)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
