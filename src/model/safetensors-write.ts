import { type FileHandle, open } from 'node:fs/promises'
import type { Weight, Weights } from './model.types.ts'
import { LENGTH_BYTES } from './safetensors-header.ts'

/** Bytes that are handed over at a time: a call takes no more than 2 GiB. */
const PIECE = 2 ** 26

/**
 * Writes weights as float32 in the layout of Hugging Face's own writer, byte for byte: tensors sorted by name, a compact
 * header padded with spaces to a multiple of 8, and the `format` entry without which `transformers` refuses the file.
 * Tensors go to the file one at a time.
 */
export async function writeSafetensors(path: string, weights: Weights): Promise<void> {
  const inOrder = [...weights].sort(([a], [b]) => (a < b ? -1 : 1))
  const handle = await open(path, 'w')
  try {
    await write(handle, headerOf(inOrder))
    for (const [, { data }] of inOrder)
      await write(handle, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  } finally {
    await handle.close()
  }
}

/** `writeFile` of a handle hands over half a megabyte at a time and waits for each: on a busy machine that costs more than writing. */
async function write(handle: FileHandle, bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at, Math.min(PIECE, bytes.length - at))
    at += bytesWritten
  }
}

function headerOf(weights: readonly (readonly [string, Weight])[]): Buffer {
  const entries: Record<string, unknown> = { __metadata__: { format: 'pt' } }
  let at = 0
  for (const [name, { shape, data }] of weights) {
    entries[name] = { dtype: 'F32', shape, data_offsets: [at, at + data.byteLength] }
    at += data.byteLength
  }
  const text = Buffer.from(JSON.stringify(entries))
  const length = Math.ceil(text.length / 8) * 8
  const header = Buffer.alloc(LENGTH_BYTES + length, ' ')
  header.writeBigUInt64LE(BigInt(length))
  text.copy(header, LENGTH_BYTES)
  return header
}
