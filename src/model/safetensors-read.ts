import { type FileHandle, open } from 'node:fs/promises'
import { stageError } from '../plugin/stage-error.ts'
import { elementBytes, LENGTH_BYTES, parseHeader, type TensorEntry } from './safetensors-header.ts'
import { recognise } from './safetensors-wrong.ts'

/** An open safetensors file: the header is in memory, the tensors are read one at a time. */
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, TensorEntry>
  /**
   * One tensor's elements in float32 (from F32, F16 or BF16).
   * @throws StageError `weights-dtype` where the tensor is of another type.
   */
  float32(name: string): Promise<Float32Array>
  close(): Promise<void>
}

/** The longest header that is read: the format's own limit. */
const MAX_HEADER_BYTES = 100_000_000
/** Half-precision tensors are widened in pieces of so many elements. */
const PIECE = 1 << 20

/**
 * Opens a safetensors file. Nothing is allocated by a size that the file claims before the file is known to be so long.
 * @throws StageError where the file is not one: `weights-lfs-pointer`, `weights-html`, `weights-pickle`, `weights-cut`, `weights-damaged`.
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const handle = await open(path)
  try {
    const { size } = await handle.stat()
    const tensors = await readHeader(handle, size, path)
    return {
      tensors,
      float32: name => readFloat32(handle, tensors.get(name)!, name, path),
      close: () => handle.close(),
    }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function readHeader(handle: FileHandle, size: number, path: string) {
  const first = await readBytes(handle, 0, Math.min(size, 512))
  const announced = size < LENGTH_BYTES ? 0n : first.readBigUInt64LE(0)
  const fits = announced >= 2n && announced <= BigInt(Math.min(size - LENGTH_BYTES, MAX_HEADER_BYTES))
  if (!fits || first[LENGTH_BYTES] !== 0x7b) throw recognise(first, size, announced, path)
  const headerBytes = Number(announced)
  const text = (await readBytes(handle, LENGTH_BYTES, headerBytes)).toString('utf8')
  return parseHeader(text, headerBytes, size, path)
}

async function readFloat32(handle: FileHandle, entry: TensorEntry, name: string, file: string): Promise<Float32Array> {
  const { dtype, begin, end } = entry
  if (dtype !== 'F32' && dtype !== 'F16' && dtype !== 'BF16')
    throw stageError({
      code: 'weights-dtype',
      message: `Expected the tensor \`${name}\` in F32, F16 or BF16; found ${dtype}.`,
      file,
      hint: 'Save the model in float32 again (`model.float().save_pretrained(...)`).',
    })
  const count = (end - begin) / elementBytes[dtype]!
  const values = new Float32Array(count)
  if (dtype === 'F32') {
    await readInto(handle, begin, new Uint8Array(values.buffer))
    return values
  }
  const widen = dtype === 'F16' ? widenHalf : widenBrain
  const piece = new Uint16Array(Math.min(count, PIECE))
  for (let at = 0; at < count; at += piece.length) {
    const part = piece.subarray(0, Math.min(piece.length, count - at))
    await readInto(handle, begin + 2 * at, new Uint8Array(part.buffer, 0, part.byteLength))
    widen(part, values.subarray(at, at + part.length))
  }
  return values
}

/** IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits. */
function widenHalf(from: Uint16Array, to: Float32Array) {
  for (let i = 0; i < from.length; i++) {
    const bits = from[i]!
    const exponent = (bits >> 10) & 31
    const fraction = bits & 1023
    const magnitude =
      exponent === 31
        ? fraction
          ? Number.NaN
          : Number.POSITIVE_INFINITY
        : exponent === 0
          ? fraction * 2 ** -24
          : (1024 + fraction) * 2 ** (exponent - 25)
    to[i] = bits & 0x8000 ? -magnitude : magnitude
  }
}

/** bfloat16 is the upper half of a float32. */
function widenBrain(from: Uint16Array, to: Float32Array) {
  const bits = new Uint32Array(to.buffer, to.byteOffset, to.length)
  for (let i = 0; i < from.length; i++) bits[i] = from[i]! << 16
}

async function readBytes(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  await readInto(handle, position, bytes)
  return bytes
}

async function readInto(handle: FileHandle, position: number, bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, at, Math.min(bytes.length - at, 1 << 30), position + at)
    if (bytesRead === 0) throw new Error('A weights file became shorter while it was read.')
    at += bytesRead
  }
}
