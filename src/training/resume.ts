import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WEIGHTS } from '../model/file-names.ts'
import type { Weights } from '../model/model.types.ts'
import type { WeightSpecs } from '../model/network.types.ts'
import { openSafetensors } from '../model/safetensors-read.ts'
import { parseLog, TRAINING_LOG } from '../model/training-log.ts'
import { sizeOf } from '../tensor/shape.ts'
import { checkpointsIn, removeCheckpoint, STATE, sweepUnfinished, tensorsOf } from './checkpoint.ts'
import { nameOf } from './checkpoint-name.ts'
import type { TrainingState } from './loop.ts'
import type { Parameters } from './parameters.ts'
import { trainingError } from './training-error.ts'

/** Where a training goes on from. */
export interface Resumed {
  readonly state: TrainingState
  readonly checkpoint: string
}

export interface TakeUpOptions {
  /** The best checkpoint's weights will be needed: a checkpoint is taken up only where those of its best are there as well. */
  readonly needsBest: boolean
  /** Hears of each checkpoint that is damaged. */
  say(message: string): void
}

/**
 * Fills the parameters and moments in from the newest whole checkpoint of a folder; `undefined` where there is none. The
 * folder's checkpoints must be of this very training. Newer ones are removed: they would stand in the way of those to come.
 */
export async function takeUp(
  folder: string,
  parameters: Parameters,
  specs: WeightSpecs,
  { needsBest, say }: TakeUpOptions,
): Promise<Resumed | undefined> {
  await sweepUnfinished(folder)
  const wanted = tensorsOf(parameters, specs)
  const { found, damaged } = await newestWhole(folder, wanted, needsBest)
  if (found)
    for (const [file, tensors] of Object.entries(wanted)) await fill(join(folder, found.checkpoint, file), tensors)
  for (const { checkpoint, why } of damaged) {
    await removeCheckpoint(folder, checkpoint)
    say(`${checkpoint} is not whole, and is removed: ${why}`)
  }
  return found
}

/**
 * Fills the weights alone in from one checkpoint of a folder.
 * @throws TrainingError `best-checkpoint` where it is not whole
 */
export async function loadWeights(
  folder: string,
  checkpoint: string,
  parameters: Parameters,
  specs: WeightSpecs,
): Promise<void> {
  const file = join(folder, checkpoint, WEIGHTS)
  const wanted = tensorsOf(parameters, specs)[WEIGHTS]!
  try {
    await expectWhole(file, wanted)
  } catch (error) {
    const { found } = await newestWhole(folder, tensorsOf(parameters, specs), true)
    throw trainingError({
      code: 'best-checkpoint',
      message: `Expected the weights of the best checkpoint, ${checkpoint}; found them damaged: ${file}: ${(error as Error).message}`,
      hint: `Run again: training then ${found ? `goes on from ${found.checkpoint}` : 'starts anew, because no checkpoint before it is whole'}.`,
    })
  }
  await fill(file, wanted)
}

/** The newest checkpoint that is whole, and with `needsBest` its best one as well; and those that are newer, with what is wrong. */
async function newestWhole(folder: string, wanted: Readonly<Record<string, Weights>>, needsBest: boolean) {
  const damaged: { readonly checkpoint: string; readonly why: string }[] = []
  for (const checkpoint of await checkpointsIn(folder)) {
    let looking = join(folder, checkpoint, STATE)
    try {
      const stored: Omit<TrainingState, 'log'> = JSON.parse(await readFile(looking, 'utf8')).state
      looking = join(folder, checkpoint, TRAINING_LOG)
      const state = { ...stored, log: await wholeLog(looking, stored.step) }
      for (const [file, tensors] of Object.entries(wanted)) {
        looking = join(folder, checkpoint, file)
        await expectWhole(looking, tensors)
      }
      if (needsBest && state.best) {
        looking = join(folder, nameOf(state.best.step), WEIGHTS)
        await expectWhole(looking, wanted[WEIGHTS]!)
      }
      return { found: { state, checkpoint }, damaged }
    } catch (error) {
      damaged.push({ checkpoint, why: `${looking}: ${(error as Error).message}` })
    }
  }
  return { found: undefined, damaged }
}

/** The log of a training that stands after this step. */
async function wholeLog(file: string, step: number) {
  const log = parseLog(await readFile(file, 'utf8'))
  const steps = log.filter(each => 'loss' in each).length
  if (steps !== step) throw new Error(`it has ${steps} of ${step} steps.`)
  return log
}

/** Makes sure of every tensor's place and size before the first is read: half a checkpoint must not be filled in. */
async function expectWhole(file: string, wanted: Weights) {
  const { tensors, close } = await openSafetensors(file)
  await close()
  for (const [name, { shape }] of wanted) {
    const found = tensors.get(name)
    if (!found || sizeOf(found.shape) !== sizeOf(shape)) throw new Error(`it has no ${name} of this size.`)
  }
}

async function fill(file: string, wanted: Weights) {
  const { float32, close } = await openSafetensors(file)
  try {
    for (const [name, { data }] of wanted) data.set(await float32(name))
  } finally {
    await close()
  }
}
