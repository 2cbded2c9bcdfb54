import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { packFile, unpackFile } from './codec.ts'
import { type Chunk, partWriter } from './column-parts.ts'
import { cutRows, type StoredText, writeText } from './column-text.ts'
import {
  type TypedArray,
  type TypedArrayClass,
  type TypedArrayName,
  typedArrayName,
  typedArrays,
} from './typed-arrays.ts'

// NAME.msgpack is the head: of each column its type, its length and where its bytes lie. NAME.0.msgpack, NAME.1.msgpack …
// are the parts that hold the bytes. Numbers are little-endian, as on every machine that Node runs on in practice.

/** One value a row: numbers or strings. Rows of different lengths are two columns, values and offsets. */
export type Column = TypedArray | readonly string[]
export type Columns = Readonly<Record<string, Column>>

/** The columns that a reader expects: `{ input_ids: Int32Array, question: String }`. */
export type ColumnTypes = Readonly<Record<string, TypedArrayClass | StringConstructor>>
export type ColumnsOf<T extends ColumnTypes> = {
  readonly [K in keyof T]: T[K] extends TypedArrayClass ? InstanceType<T[K]> : string[]
}

type StoredColumn = { readonly name: string; readonly length: number } & (
  | { readonly type: TypedArrayName; readonly chunks: readonly Chunk[] }
  | ({ readonly type: 'String' } & StoredText)
)
interface Head {
  readonly format: string
  readonly columns: readonly StoredColumn[]
}
const format = 'sluice columns 1'

type Read = (chunk: Chunk, target: Uint8Array) => Promise<void>

/**
 * Writes columns into `dir` as msgpack files named after `name`, none of them over `partBytes` (64 MB; a longer string
 * makes a longer file), without copying the numbers. `readColumns` gives back the same classes and bytes.
 *
 * @throws TypeError for what is neither a typed array nor an array of strings.
 */
export const writeColumns = async (
  dir: string,
  name: string,
  columns: Columns,
  { partBytes = 64e6 }: { readonly partBytes?: number } = {},
): Promise<void> => {
  const writer = partWriter(part => partFile(dir, name, part), partBytes)
  const stored: StoredColumn[] = []
  for (const [key, column] of Object.entries(columns)) {
    const { length } = column
    const type = typedArrayName(column)
    if (isText(column)) stored.push({ name: key, type: 'String', length, ...(await writeText(writer, key, column)) })
    else if (type !== undefined) stored.push({ name: key, type, length, chunks: await writer.add(column) })
    else throw new TypeError(`column ${key} is neither a typed array nor an array of strings`)
  }
  await writer.end()
  await packFile(headFile(dir, name), { format, columns: stored })
}

/** `shared`: whether numbers are read into memory that threads can share without a copy (`SharedArrayBuffer`). */
export interface ReadOptions {
  readonly shared?: boolean
}

/**
 * Reads what `writeColumns` wrote. A typed array owns its memory. With `expected` the result is typed, a column that is
 * missing or of another type is an error, and others are not read.
 */
export function readColumns(dir: string, name: string, expected?: undefined, options?: ReadOptions): Promise<Columns>
export function readColumns<const T extends ColumnTypes>(
  dir: string,
  name: string,
  expected: T,
  options?: ReadOptions,
): Promise<ColumnsOf<T>>
export async function readColumns(
  dir: string,
  name: string,
  expected?: ColumnTypes,
  { shared = false }: ReadOptions = {},
): Promise<Columns> {
  const file = headFile(dir, name)
  const head = (await unpackFile(file)) as Head
  if (head.format !== format) throw new Error(`${file} was not written by writeColumns of this version`)
  const wanted = expected === undefined ? head.columns : select(head.columns, expected, file)

  const parts = new Map<number, Promise<FileHandle>>()
  const read: Read = async (chunk, target) => {
    const path = partFile(dir, name, chunk.part)
    const part = parts.get(chunk.part) ?? open(path)
    parts.set(chunk.part, part)
    const { bytesRead } = await (await part).read(target, 0, chunk.bytes, chunk.offset)
    if (bytesRead !== chunk.bytes) throw new Error(`${path} is too short`)
  }
  try {
    const columns = wanted.map(async column => [column.name, await readColumn(column, read, shared)] as const)
    return Object.fromEntries(await Promise.all(columns))
  } finally {
    const opened = await Promise.allSettled(parts.values())
    for (const part of opened) if (part.status === 'fulfilled') await part.value.close()
  }
}

const readColumn = async (column: StoredColumn, read: Read, shared: boolean): Promise<Column> => {
  if (column.type !== 'String') return readNumbers(column.type, column.length, column.chunks, read, shared)
  const lengths = (await readNumbers('Uint32Array', column.length, column.lengths, read, false)) as Uint32Array
  const rows: string[][] = []
  let start = 0
  for (const chunk of column.chunks) {
    const bytes = Buffer.allocUnsafeSlow(chunk.bytes)
    await read(chunk, bytes)
    rows.push(cutRows(bytes, lengths.subarray(start, start + chunk.rows)))
    start += chunk.rows
  }
  return rows.flat()
}

const readNumbers = async (
  type: TypedArrayName,
  length: number,
  chunks: readonly Chunk[],
  read: Read,
  shared: boolean,
): Promise<TypedArray> => {
  const Numbers = typedArrays[type] as (new (memory: ArrayBufferLike) => TypedArray) & TypedArrayClass
  const Memory = shared ? SharedArrayBuffer : ArrayBuffer
  const column = new Numbers(new Memory(length * Numbers.BYTES_PER_ELEMENT))
  const bytes = new Uint8Array(column.buffer)
  let start = 0
  const reads = chunks.map(chunk => {
    const target = bytes.subarray(start, start + chunk.bytes)
    start += chunk.bytes
    return read(chunk, target)
  })
  await Promise.all(reads)
  if (start !== bytes.length) throw new Error(`${start} bytes where a ${type} of ${length} was written`)
  return column
}

const select = (columns: readonly StoredColumn[], expected: ColumnTypes, file: string): StoredColumn[] =>
  Object.entries(expected).map(([name, { name: type }]) => {
    const column = columns.find(each => each.name === name)
    if (column?.type === type) return column
    throw new Error(`${file}: expected a column ${name} of ${type}, found ${column?.type ?? 'none'}`)
  })

const isText = (column: Column): column is readonly string[] => Array.isArray(column)

const headFile = (dir: string, name: string): string => join(dir, `${name}.msgpack`)
const partFile = (dir: string, name: string, part: number): string => join(dir, `${name}.${part}.msgpack`)
