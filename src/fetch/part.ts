import { readFileSync } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { type Validators, writeWhole } from './record.ts'
import { sizeOf } from './whereabouts.ts'

// A part file, in which the bytes of a download gather, and beside it what the server said of the whole: `PART.json`.

export interface Begun {
  readonly bytes: number
  readonly total?: number
  readonly validators: Validators
}

/** What an earlier try left, if it is known what it is a part of: a file of this length, or what the server said. */
export const partSoFar = (part: string, expected: number | undefined): Begun | undefined => {
  const bytes = sizeOf(part) ?? 0
  if (bytes === 0) return undefined
  if (expected !== undefined) return bytes <= expected ? { bytes, total: expected, validators: {} } : undefined
  try {
    const { total, ...validators } = JSON.parse(readFileSync(`${part}.json`, 'utf8'))
    return ifRange(validators) === undefined ? undefined : { bytes, ...(total && { total }), validators }
  } catch {
    return undefined
  }
}

/** A weak ETag does not promise equal bytes. */
export const ifRange = ({ etag, lastModified }: Validators): string | undefined =>
  etag !== undefined && !etag.startsWith('W/') ? etag : lastModified

/** Writes down what the part, of which there is nothing yet, will be a part of. */
export const announce = (part: string, validators: Validators, total: number | undefined): Promise<void> =>
  writeWhole(`${part}.json`, JSON.stringify({ ...validators, ...(total !== undefined && { total }) }))

/** Writes all of a chunk: one call may take less than it is given. */
export const writeAll = async (handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> => {
  for (let at = 0; at < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, at, chunk.length - at, position + at)
    at += bytesWritten
  }
}

/** Returns when the disk has it. */
export const flush = async (part: string): Promise<void> => {
  const handle = await open(part, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Removes a part, and what is known of it. */
export const forget = async (part: string): Promise<void> => {
  await rm(part, { force: true })
  await rm(`${part}.json`, { force: true })
}
