import { readFile, writeFile } from 'node:fs/promises'

const largestFile = 2 ** 31 - 1

// msgpackr is loaded by the first file that is read or written: a run that reuses everything needs none of it.
const msgpack = () => import('./msgpack.ts')

/**
 * Packs one value into a msgpack file of at most 2 GiB, so that `unpackFile` gives back exactly the same: plain objects
 * and Maps with their keys' types and order, arrays, typed arrays with their class and bytes, -0, NaN, BigInt from -2^63
 * to 2^64 - 1. Equal values give equal bytes. Columns of any length go through `writeColumns`.
 *
 * @throws TypeError for what would not come back the same (functions, `undefined`, instances of other classes …), with
 * the path to it: `cannot pack $.answers[3]: …`.
 */
export const packFile = async (path: string, value: unknown): Promise<void> => {
  const { pack } = await msgpack()
  const bytes = pack(value)
  if (bytes.length > largestFile) throw new RangeError(`${path}: ${bytes.length} bytes do not fit into a file of 2 GiB`)
  await writeFile(path, bytes)
}

/** Reads the value that `packFile` wrote. */
export const unpackFile = async (path: string): Promise<unknown> => {
  const { unpack } = await msgpack()
  const bytes = await readFile(path)
  try {
    return unpack(bytes)
  } catch (cause) {
    throw new Error(`${path} does not hold one packed value: ${(cause as Error).message}`, { cause })
  }
}
