import { type Column, type ReadOptions, readColumns, writeColumns } from '../plugin/columns.ts'
import { lengthsOf, offsetsOf, type Ragged } from './ragged.ts'

/** Columns of whole numbers by name; a ragged one is two columns, its values and its rows' lengths. */
export type IntegerColumns = Readonly<Record<string, Int32Array | Uint8Array | Ragged<Int32Array | Uint16Array>>>

/** Writes whole numbers, each column in the narrowest type that holds it: pieces and words fit into two bytes, flags into one. */
export async function writeIntegers(dir: string, name: string, columns: IntegerColumns): Promise<void> {
  const stored = Object.entries(columns).flatMap(([key, column]) =>
    'offsets' in column
      ? [
          [`${key}.values`, narrow(column.values)] as const,
          [`${key}.lengths`, narrow(lengthsOf(column.offsets))] as const,
        ]
      : [[key, narrow(column)] as const],
  )
  await writeColumns(dir, name, Object.fromEntries(stored))
}

/** What `writeIntegers` wrote: `column` gives one value a row, `ragged` rows of values. */
export interface IntegerReader {
  column(name: string): Int32Array
  ragged(name: string): Ragged
  /** Rows of values that fit two bytes, in these. */
  raggedIds(name: string): Ragged<Uint16Array | Int32Array>
}

/** Reads what `writeIntegers` wrote. */
export async function readIntegers(dir: string, name: string, options: ReadOptions = {}): Promise<IntegerReader> {
  const columns = await readColumns(dir, name, undefined, options)
  const stored = (key: string): ArrayLike<number> => {
    const column = columns[key]
    if (column === undefined) throw new Error(`${dir}: no column ${key} in ${name}`)
    return column as ArrayLike<number>
  }
  const column = (key: string): Int32Array => new Int32Array(stored(key))
  const offsets = (key: string): Int32Array => offsetsOf(column(`${key}.lengths`))
  return {
    column,
    ragged: key => ({ values: column(`${key}.values`), offsets: offsets(key) }),
    raggedIds(key) {
      const values = stored(`${key}.values`)
      return { values: asIds(values), offsets: offsets(key) }
    },
  }
}

/** As it was read where that is wide enough; what is few or rare (a vocabulary of 256, of more than 65,536) is copied at most once. */
function asIds(values: ArrayLike<number>): Uint16Array | Int32Array {
  if (values instanceof Uint16Array || values instanceof Int32Array) return values
  const ids = new Uint16Array(new SharedArrayBuffer(2 * values.length))
  ids.set(values)
  return ids
}

/** Or-ing all values shows the highest bit in use without a branch a value. */
function narrow(column: Int32Array | Uint16Array | Uint8Array): Column {
  let all = 0
  let magnitudes = 0
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!
    all |= value
    magnitudes |= value ^ (value >> 31)
  }
  if (all >= 0 && all < 2 ** 8) return new Uint8Array(column)
  if (all >= 0 && all < 2 ** 16) return column instanceof Uint16Array ? column : new Uint16Array(column)
  if (magnitudes < 2 ** 15) return new Int16Array(column)
  return new Int32Array(column)
}
