import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WEIGHTS } from '../model/model-folder.ts'
import type { WeightSpecs } from '../model/network.types.ts'
import { openSafetensors } from '../model/safetensors-read.ts'
import { sizeOf } from '../tensor/shape.ts'
import { checkpointsIn, moments, OPTIMIZER, STATE, sweepUnfinished } from './checkpoint.ts'
import type { TrainingState } from './loop.ts'
import type { Parameters } from './parameters.ts'

/** Where a training goes on from. */
export interface Resumed {
  readonly state: TrainingState
  readonly checkpoint: string
}

/**
 * Fills the parameters and moments in from the newest whole checkpoint of a folder; `undefined` where there is none. The
 * folder's checkpoints must be of this very training. `skipped` hears of each newer one that is damaged.
 */
export async function takeUp(
  folder: string,
  parameters: Parameters,
  specs: WeightSpecs,
  skipped: (message: string) => void,
): Promise<Resumed | undefined> {
  await sweepUnfinished(folder)
  const { params, m, v } = parameters.flat
  const files = { [WEIGHTS]: { '': params }, [OPTIMIZER]: { [`${moments.m}.`]: m, [`${moments.v}.`]: v } }
  for (const checkpoint of await checkpointsIn(folder)) {
    const path = join(folder, checkpoint)
    let state: TrainingState
    let looking = join(path, STATE)
    try {
      state = JSON.parse(await readFile(looking, 'utf8')).state
      for (const [file, arrays] of Object.entries(files)) {
        looking = join(path, file)
        await expectWhole(looking, specs, Object.keys(arrays))
      }
    } catch (error) {
      skipped(`${checkpoint} is not whole, and is not taken up: ${looking}: ${(error as Error).message}`)
      continue
    }
    for (const [file, arrays] of Object.entries(files)) await fill(join(path, file), parameters, specs, arrays)
    return { state, checkpoint }
  }
  return undefined
}

/** Makes sure of every tensor's place and size before the first is read: half a checkpoint must not be filled in. */
async function expectWhole(file: string, specs: WeightSpecs, prefixes: readonly string[]) {
  const { tensors, close } = await openSafetensors(file)
  await close()
  for (const prefix of prefixes)
    for (const [name, { shape }] of specs) {
      const found = tensors.get(`${prefix}${name}`)
      if (!found || sizeOf(found.shape) !== sizeOf(shape)) throw new Error(`it has no ${prefix}${name} of this size.`)
    }
}

async function fill(
  file: string,
  { views }: Parameters,
  specs: WeightSpecs,
  arrays: Readonly<Record<string, Float32Array>>,
) {
  const { float32, close } = await openSafetensors(file)
  try {
    for (const [prefix, array] of Object.entries(arrays)) {
      const values = views(array)
      for (const name of specs.keys()) values[name]!.set(await float32(`${prefix}${name}`))
    }
  } finally {
    await close()
  }
}
