/** From the first byte up to and without `end`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** Where the list `data` of a SQuAD file lies in its bytes, brackets included, and where its elements, with the spaces around them. */
export interface FoundArticles extends ByteRange {
  readonly articles: readonly ByteRange[]
}

/**
 * Finds the elements of the list `data` in the bytes of a JSON object, by its brackets alone: whether each is JSON is for who parses
 * them. Nothing where no such list can be made out, or two.
 */
export function findArticles(bytes: Uint8Array): FoundArticles | undefined {
  let found: FoundArticles | undefined
  let at = pastSpaces(bytes, 0)
  if (bytes[at] !== openBrace) return undefined
  for (at++; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === closeBrace) return found
    if (byte === quote) {
      const start = at + 1
      at = endOfString(bytes, start)
      const after = pastSpaces(bytes, at + 1)
      if (bytes[after] !== colon) continue
      // A key may be written otherwise, with escapes: then there may be two, of which the last counts.
      if (bytes.subarray(start, at).includes(backslash)) return undefined
      if (!isData(bytes, start, at)) continue
      const open = pastSpaces(bytes, after + 1)
      if (bytes[open] !== openBracket || found) return undefined
      const commas: number[] = []
      at = closeOf(bytes, open, commas)
      if (bytes[at] !== closeBracket) return undefined
      found = { start: open, end: at + 1, articles: between(bytes, open, commas, at) }
    } else if (byte === openBrace || byte === openBracket) at = closeOf(bytes, at)
  }
  return undefined
}

/** What stands between a list's brackets and commas. One that is empty has no element; any other element of nothing is refused later. */
function between(bytes: Uint8Array, open: number, commas: readonly number[], close: number): ByteRange[] {
  if (commas.length === 0 && pastSpaces(bytes, open + 1) >= close) return []
  const starts = [open, ...commas]
  return starts.map((before, at) => ({ start: before + 1, end: starts[at + 1] ?? close }))
}

/** Where a bracket is closed, or the bytes end; `commas` gets those that stand directly in it. */
function closeOf(bytes: Uint8Array, open: number, commas?: number[]): number {
  let depth = 0
  for (let at = open; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === quote) at = endOfString(bytes, at + 1)
    else if (byte === openBrace || byte === openBracket) depth++
    else if (byte === closeBrace || byte === closeBracket) {
      if (--depth === 0) return at
    } else if (byte === comma && depth === 1) commas?.push(at)
  }
  return bytes.length
}

/** Where a string is closed, or the bytes end. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1
  return at
}

const isData = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start === data.length && data.every((byte, i) => bytes[start + i] === byte)

function pastSpaces(bytes: Uint8Array, start: number): number {
  let at = start
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++
  return at
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const data = Buffer.from('data')
