/** A line of a stream; lines count from 1. */
export interface Line {
  readonly number: number
  /** Without the line's end; nothing where it is too long to be kept. */
  readonly bytes: Buffer | undefined
}

/** The longest line that is kept, in bytes. */
export const LONGEST = 2 ** 24
/** How much is handed over at once, at most. */
const most = { lines: 64, bytes: 2 ** 20 }

/**
 * The lines of a stream, several at once: those that have come, so that nobody waits for an answer until more lines come, and
 * no more than are worth computing together. Nothing is read ahead; the memory in use is a line and a chunk.
 */
export async function* readLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Line[]> {
  let number = 0
  let lines: Line[] = []
  let bytes = 0
  // What has come of the line that has not ended.
  let pending: Uint8Array[] = []
  let length = 0

  const endLine = () => {
    const kept = length > LONGEST ? undefined : Buffer.concat(pending)
    lines.push({ number: ++number, bytes: kept })
    bytes += kept?.length ?? 0
    pending = []
    length = 0
  }
  const keep = (part: Uint8Array) => {
    length += part.length
    if (length > LONGEST) pending = []
    else pending.push(part)
  }
  const take = () => {
    const taken = lines
    lines = []
    bytes = 0
    return taken
  }

  for await (const chunk of stream) {
    let from = 0
    for (let to = chunk.indexOf(LF); to >= 0; to = chunk.indexOf(LF, from)) {
      keep(chunk.subarray(from, to))
      endLine()
      from = to + 1
      if (lines.length === most.lines || bytes >= most.bytes) yield take()
    }
    if (from < chunk.length) keep(chunk.subarray(from))
    if (lines.length > 0) yield take()
  }
  if (length > 0) {
    endLine()
    yield take()
  }
}

const LF = 0x0a
