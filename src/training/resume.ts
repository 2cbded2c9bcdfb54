import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WEIGHTS } from '../model/file-names.ts'
import type { Weights } from '../model/model.types.ts'
import type { WeightSpecs } from '../model/network.types.ts'
import { openSafetensors } from '../model/safetensors-read.ts'
import { sizeOf } from '../tensor/shape.ts'
import { checkpointsIn, STATE, sweepUnfinished, tensorsOf } from './checkpoint.ts'
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
  /** Hears of each newer checkpoint that is damaged. */
  skipped(message: string): void
}

/**
 * Fills the parameters and moments in from the newest whole checkpoint of a folder; `undefined` where there is none. The
 * folder's checkpoints must be of this very training.
 */
export async function takeUp(
  folder: string,
  parameters: Parameters,
  specs: WeightSpecs,
  { needsBest, skipped }: TakeUpOptions,
): Promise<Resumed | undefined> {
  await sweepUnfinished(folder)
  const files = Object.entries(tensorsOf(parameters, specs))
  for (const checkpoint of await checkpointsIn(folder)) {
    const path = join(folder, checkpoint)
    let state: TrainingState
    let looking = join(path, STATE)
    try {
      state = JSON.parse(await readFile(looking, 'utf8')).state
      for (const [file, tensors] of files) {
        looking = join(path, file)
        await expectWhole(looking, tensors)
      }
      if (needsBest && state.best) {
        looking = join(folder, nameOf(state.best.step), WEIGHTS)
        await expectWhole(looking, weightsOf(parameters, specs))
      }
    } catch (error) {
      skipped(`${checkpoint} is not whole, and is not taken up: ${looking}: ${(error as Error).message}`)
      continue
    }
    for (const [file, tensors] of files) await fill(join(path, file), tensors)
    return { state, checkpoint }
  }
  return undefined
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
  const wanted = weightsOf(parameters, specs)
  try {
    await expectWhole(file, wanted)
  } catch (error) {
    throw trainingError({
      code: 'best-checkpoint',
      message: `Expected the weights of the best checkpoint, ${checkpoint}; found them damaged: ${file}: ${(error as Error).message}`,
      hint: 'Run again: training then goes on from before it.',
    })
  }
  await fill(file, wanted)
}

const weightsOf = (parameters: Parameters, specs: WeightSpecs): Weights => tensorsOf(parameters, specs)[WEIGHTS]!

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
