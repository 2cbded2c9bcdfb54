// What a training leaves on disk every so many steps, so that it can go on from there after it was killed. A checkpoint is a
// model folder in Hugging Face form with the optimizer's moments and the loop's state beside the weights; it gets its name
// only when the disk has all of it.
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WEIGHTS } from '../model/file-names.ts'
import { flush } from '../model/flush.ts'
import type { Weights } from '../model/model.types.ts'
import type { WeightSpecs } from '../model/network.types.ts'
import { writeSafetensors } from '../model/safetensors-write.ts'
import { logText, TRAINING_LOG } from '../model/training-log.ts'
import { nameOf, stepOf } from './checkpoint-name.ts'
import { toKeep } from './kept-checkpoints.ts'
import type { TrainingState } from './loop.ts'
import { asWeights, type Parameters } from './parameters.ts'
import type { CheckpointSettings } from './training.types.ts'

const OPTIMIZER = 'optimizer.safetensors'
export const STATE = 'trainer_state.json'

/** Behind the name of a checkpoint that is whole, while another one is given its name. */
const REPLACED = '.replaced'

/**
 * The tensors of a checkpoint by file: views of the parameters, and of the moments under the names that
 * `torch.optim.AdamW` has for them.
 */
export const tensorsOf = (parameters: Parameters, specs: WeightSpecs): Readonly<Record<string, Weights>> => {
  const { params, m, v } = parameters.flat
  return {
    [WEIGHTS]: asWeights(parameters, specs, params),
    [OPTIMIZER]: new Map([
      ...asWeights(parameters, specs, m, 'exp_avg.'),
      ...asWeights(parameters, specs, v, 'exp_avg_sq.'),
    ]),
  }
}

/** Facts for whoever reads `trainer_state.json`, under the names that `transformers` has for them. */
export type StateFacts = Readonly<Record<string, number | string | null>>

/**
 * Writes `checkpoint-N` of the step that `state` stands after, then removes the oldest ones, but never the best nor this one;
 * says its folder. At any moment either this one or what had its name before is whole, and `sweepUnfinished` finds it.
 */
export async function writeCheckpoint(
  { folder, files, save_total_limit }: CheckpointSettings,
  parameters: Parameters,
  specs: WeightSpecs,
  state: TrainingState,
  facts: StateFacts,
): Promise<string> {
  const name = nameOf(state.step)
  const unfinished = join(folder, `.${name}`)
  await sweepUnfinished(folder)
  await mkdir(unfinished, { recursive: true })
  const { log, ...rest } = state
  const stateText = `${JSON.stringify({ ...facts, state: rest }, null, 2)}\n`
  const texts = { ...files, [STATE]: stateText, [TRAINING_LOG]: logText(log) }
  const onDisk = (file: string, write: (path: string) => Promise<void>) => {
    const path = join(unfinished, file)
    return write(path).then(() => flush(path))
  }
  // All at once: the disk is at work on one file while another is being handed over. Where one fails, the others are waited
  // for as well: nothing must be writing still when the next attempt begins.
  const written = await Promise.allSettled([
    ...Object.entries(texts).map(([file, text]) => onDisk(file, path => writeFile(path, text))),
    ...Object.entries(tensorsOf(parameters, specs)).map(([file, tensors]) =>
      onDisk(file, path => writeSafetensors(path, tensors)),
    ),
  ])
  const failed = written.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined
  if (failed) throw failed.reason
  await flush(unfinished)
  const whole = join(folder, name)
  const replaced = join(folder, `.${name}${REPLACED}`)
  await renameIfThere(whole, replaced)
  await rename(unfinished, whole)
  await flush(folder)
  await rm(replaced, { recursive: true, force: true })
  const there = await checkpointsIn(folder)
  // One of a later step is of a training that this one did not go on from: it is not what is newest here.
  const own = there.filter(each => stepOf(each)! <= state.step)
  const kept = toKeep(own, save_total_limit, state.best && nameOf(state.best.step))
  for (const old of there) if (!kept.has(old)) await removeCheckpoint(folder, old)
  return whole
}

/** The names of the checkpoints in a folder, newest first. */
export async function checkpointsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter(name => stepOf(name) !== undefined).sort((a, b) => stepOf(b)! - stepOf(a)!)
}

/** Removes what a writer left unfinished that was killed or failed; a checkpoint that was to be replaced gets its name back where nothing has it. */
export async function sweepUnfinished(folder: string): Promise<void> {
  const names: readonly string[] = await readdir(folder).catch(() => [])
  for (const name of names.filter(name => name.startsWith('.checkpoint-'))) {
    const before = name.slice(1, -REPLACED.length)
    if (name.endsWith(REPLACED) && !names.includes(before)) await rename(join(folder, name), join(folder, before))
    else await rm(join(folder, name), { recursive: true, force: true })
  }
}

/** Takes its name away first: a checkpoint that is half removed must not look like one. */
export async function removeCheckpoint(folder: string, name: string): Promise<void> {
  const unnamed = join(folder, `.${name}.removed`)
  await rm(unnamed, { recursive: true, force: true })
  await renameIfThere(join(folder, name), unnamed)
  await rm(unnamed, { recursive: true, force: true })
}

const renameIfThere = (from: string, to: string): Promise<void> =>
  rename(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
