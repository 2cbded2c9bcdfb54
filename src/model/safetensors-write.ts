import { open } from 'node:fs/promises'
import type { Weight, Weights } from './model.types.ts'
import { LENGTH_BYTES } from './safetensors-header.ts'

/**
 * Writes weights as float32 in the layout of Hugging Face's own writer, byte for byte: tensors sorted by name, a compact
 * header padded with spaces to a multiple of 8, and the `format` entry without which `transformers` refuses the file.
 * Tensors go to the file one at a time.
 */
export async function writeSafetensors(path: string, weights: Weights): Promise<void> {
  const inOrder = [...weights].sort(([a], [b]) => (a < b ? -1 : 1))
  const handle = await open(path, 'w')
  try {
    await handle.writeFile(headerOf(inOrder))
    for (const [, { data }] of inOrder)
      await handle.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  } finally {
    await handle.close()
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
