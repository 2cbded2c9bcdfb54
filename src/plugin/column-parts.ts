import { open } from 'node:fs/promises'

/** A run of a column's bytes: in which part, and where in it. */
export interface Chunk {
  readonly part: number
  readonly offset: number
  readonly bytes: number
}

export interface PartWriter {
  /** Appends bytes, split over as many parts as they need. They must not change before the next call returns. */
  add(view: ArrayBufferView): Promise<Chunk[]>
  /** Appends bytes that must stay in one piece. */
  addWhole(bytes: Uint8Array): Promise<Chunk>
  end(): Promise<void>
}

const alignment = 8
const arrayHeader = 5
const bytesHeader = 5

/**
 * Writes byte runs to part files. A part is one msgpack array of byte strings; before each stand as many nils as make
 * its bytes begin at a multiple of eight. The runs themselves are never copied: a part is written by one `writev`.
 */
export const partWriter = (file: (part: number) => string, partBytes: number): PartWriter => {
  let part = 0
  let pieces: Uint8Array[] = []
  let elements = 0
  let end = arrayHeader

  const flush = async (): Promise<void> => {
    if (elements === 0) return
    const header = Buffer.alloc(arrayHeader)
    header[0] = 0xdd
    header.writeUInt32BE(elements, 1)
    const handle = await open(file(part), 'w')
    try {
      const { bytesWritten } = await handle.writev([header, ...pieces], 0)
      if (bytesWritten !== end) throw cutShort(file(part), bytesWritten, end)
    } finally {
      await handle.close()
    }
    part++
    pieces = []
    elements = 0
    end = arrayHeader
  }

  const append = (bytes: Uint8Array): Chunk => {
    const padding = -(end + bytesHeader) & (alignment - 1)
    const header = Buffer.alloc(padding + bytesHeader, 0xc0)
    header[padding] = 0xc6
    header.writeUInt32BE(bytes.length, padding + 1)
    pieces.push(header, bytes)
    elements += padding + 1
    const offset = end + header.length
    end = offset + bytes.length
    return { part, offset, bytes: bytes.length }
  }

  const room = (): number => partBytes - end - bytesHeader - alignment

  return {
    async add(view) {
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
      const chunks: Chunk[] = []
      for (let start = 0; start < bytes.length; ) {
        if (room() < alignment) await flush()
        const stop = Math.min(bytes.length, start + Math.max(room() & -alignment, alignment))
        chunks.push(append(bytes.subarray(start, stop)))
        start = stop
      }
      return chunks
    },
    async addWhole(bytes) {
      if (bytes.length > room()) await flush()
      return append(bytes)
    },
    end: flush,
  }
}

/** A disk that has room for a part of the bytes takes that part without an error. */
const cutShort = (file: string, written: number, bytes: number): Error =>
  Object.assign(new Error(`${file}: only ${written} of ${bytes} bytes could be written`), { code: 'ENOSPC' })
