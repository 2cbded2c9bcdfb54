import { stageError } from '../plugin/stage-error.ts'

/** Where one tensor stands in a safetensors file. */
export interface TensorEntry {
  readonly dtype: string
  readonly shape: readonly number[]
  /** Byte positions from the start of the file. */
  readonly begin: number
  readonly end: number
}

/** Bytes of one element. The format knows more types (packed ones below a byte); their tensors can only be skipped. */
export const elementBytes: Readonly<Record<string, number>> = {
  BF16: 2,
  BOOL: 1,
  F16: 2,
  F32: 4,
  F64: 8,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I16: 2,
  I32: 4,
  I64: 8,
  I8: 1,
  U16: 2,
  U32: 4,
  U64: 8,
  U8: 1,
}

/** Bytes before the header's text: its length, as an unsigned little-endian integer. */
export const LENGTH_BYTES = 8

/**
 * Reads and checks the JSON header of a safetensors file of `fileBytes` bytes: every tensor lies inside the file, holds as
 * many bytes as its shape and type need, and none overlap or leave a gap, as the format's own reader demands.
 * @throws StageError `weights-damaged`, `weights-cut`.
 */
export function parseHeader(
  text: string,
  headerBytes: number,
  fileBytes: number,
  file: string,
): Map<string, TensorEntry> {
  const damaged = (what: string) =>
    stageError({
      code: 'weights-damaged',
      message: `Expected a safetensors file; its header ${what}.`,
      file,
      hint: 'Download the file again.',
    })
  const start = LENGTH_BYTES + headerBytes
  const entries = new Map<string, TensorEntry>()
  for (const [name, value] of Object.entries(jsonObject(text) ?? fail(damaged('is not a JSON object')))) {
    if (name === '__metadata__') continue
    const entry = tensorEntry(value, start)
    if (typeof entry === 'string') throw damaged(`says of the tensor ${JSON.stringify(name)} ${entry}`)
    entries.set(name, entry)
  }
  const inOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)
  let at = start
  for (const [name, entry] of inOrder) {
    if (entry.begin !== at)
      throw damaged(
        `places the tensor ${JSON.stringify(name)} at byte ${entry.begin - start} of the data, where ${at - start} was expected`,
      )
    at = entry.end
  }
  if (at > fileBytes)
    throw stageError({
      code: 'weights-cut',
      message: `The file is cut short: it has ${fileBytes - start} of ${at - start} bytes of tensor data (${fileBytes} of ${at} bytes in all).`,
      file,
      hint: 'The download was probably interrupted: download the file again.',
    })
  if (at < fileBytes) throw damaged(`describes ${at - start} bytes of tensor data, but ${fileBytes - start} follow it`)
  return entries
}

function tensorEntry(value: unknown, start: number): TensorEntry | string {
  if (!isRecord(value)) return 'something that is not an object'
  const { dtype, shape, data_offsets: offsets } = value
  if (typeof dtype !== 'string') return `no \`dtype\` (found ${JSON.stringify(dtype)})`
  if (!isSizes(shape)) return `a shape that is not a list of sizes (found ${JSON.stringify(shape)})`
  if (!isSizes(offsets) || offsets.length !== 2)
    return `\`data_offsets\` that are not two byte positions (found ${JSON.stringify(offsets)})`
  const [begin, end] = offsets as [number, number]
  if (begin > end) return `that it ends (${end}) before it begins (${begin})`
  const width = elementBytes[dtype]
  if (width !== undefined) {
    const bytes = shape.reduce((product, size) => product * size, width)
    if (bytes !== end - begin)
      return `that it has ${end - begin} bytes, but ${dtype} of shape [${shape}] needs ${bytes}`
  }
  return { dtype, shape, begin: start + begin, end: start + end }
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every(each => Number.isSafeInteger(each) && each >= 0)

const fail = (error: Error): never => {
  throw error
}
