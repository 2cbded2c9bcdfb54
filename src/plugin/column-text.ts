import type { Chunk, PartWriter } from './column-parts.ts'
import { isWellFormed } from './well-formed.ts'

/** Rows of strings end to end in UTF-8. */
export interface TextChunk extends Chunk {
  readonly rows: number
}

export interface StoredText {
  readonly chunks: readonly TextChunk[]
  /** The chunks of a Uint32Array: each row's length in UTF-16 units, by which a decoded chunk is cut up again. */
  readonly lengths: readonly Chunk[]
}

/** UTF-16 units in a chunk: the rows are slices of it, so that one row keeps no more than this in memory. */
const chunkUnits = 2 ** 21

/** Writes a column of strings. Refuses, naming the row, what is no string or has no UTF-8 form (half a surrogate pair). */
export const writeText = async (writer: PartWriter, name: string, rows: readonly string[]): Promise<StoredText> => {
  const lengths = Uint32Array.from(rows, (row, i) => {
    if (typeof row !== 'string') throw new TypeError(`column ${name}: row ${i} is not a string`)
    return row.length
  })
  const chunks: TextChunk[] = []
  for (let start = 0; start < rows.length; ) {
    let stop = start
    for (let units = 0; stop < rows.length && (stop === start || units + lengths[stop]! <= chunkUnits); stop++) {
      units += lengths[stop]!
    }
    const text = rows.slice(start, stop).join('')
    if (!isWellFormed(text)) {
      const row = rows.findIndex((each, i) => i >= start && !isWellFormed(each))
      throw new TypeError(`column ${name}: row ${row} holds half a surrogate pair, which has no UTF-8 form`)
    }
    chunks.push({ ...(await writer.addWhole(Buffer.from(text))), rows: stop - start })
    start = stop
  }
  return { chunks, lengths: await writer.add(lengths) }
}

/** Cuts a chunk's text into its rows. */
export const cutRows = (bytes: Buffer, lengths: Uint32Array): string[] => {
  const units = lengths.reduce((sum, length) => sum + length, 0)
  // As many units as bytes: all ASCII.
  const text = bytes.toString(units === bytes.length ? 'latin1' : 'utf8')
  if (text.length !== units) throw new Error(`${text.length} characters where ${units} were written`)
  const rows: string[] = new Array(lengths.length)
  let start = 0
  for (const [i, length] of lengths.entries()) {
    rows[i] = text.slice(start, start + length)
    start += length
  }
  return rows
}
