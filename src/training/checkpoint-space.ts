import { statfs } from 'node:fs/promises'
import type { Weights } from '../model/model.types.ts'

/** Bytes of a parameter in a checkpoint: itself and its two moments, in float32. */
const BYTES = 3 * 4

/**
 * What to say where a folder's disk has no room for the checkpoints of a network: those that are kept, and the one that is
 * being written.
 */
export async function lackOfSpace(
  folder: string,
  weights: Weights,
  kept: number,
  disk: (folder: string) => Promise<{ readonly bavail: number; readonly bsize: number }> = statfs,
): Promise<string | undefined> {
  const parameters = [...weights.values()].reduce((sum, { data }) => sum + data.length, 0)
  const needed = (kept + 1) * BYTES * parameters
  const { bavail, bsize } = await disk(folder)
  const free = bavail * bsize
  if (free >= needed) return undefined
  return `checkpoints will not fit on the disk of ${folder}: ${kept + 1} of them take ${megabytes(needed)}, ${megabytes(free)} are free`
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`
