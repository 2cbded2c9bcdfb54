/** Where the articles of a SQuAD file lie in its bytes, and what stands around them. */
export interface FoundArticles {
  /** From the first byte of each up to and without `end`, with the spaces around it. */
  readonly articles: readonly { readonly start: number; readonly end: number }[]
  /** Where the list `data` stands, with its brackets. */
  readonly start: number
  readonly end: number
}

/**
 * Finds the elements of the list `data` in the bytes of a JSON object, by its brackets alone: whether each is JSON is for who parses
 * them. Nothing where there is no such list that can be made out, or two.
 */
export function findArticles(bytes: Uint8Array): FoundArticles | undefined {
  let list: FoundArticles | undefined
  let articles: { start: number; end: number }[] | undefined
  let [depth, from, listStart] = [0, 0, 0]
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === quote) {
      const start = at + 1
      at = endOfString(bytes, start)
      const colonAt = pastSpaces(bytes, at + 1)
      if (depth === 1 && isData(bytes, start, at) && bytes[colonAt] === colon) {
        const open = pastSpaces(bytes, colonAt + 1)
        if (bytes[open] !== openBracket || list) return undefined
        at = open
        depth = 2
        articles = []
        listStart = open
        from = open + 1
      }
    } else if (byte === openBrace || byte === openBracket) depth++
    else if (byte === closeBrace || byte === closeBracket) {
      if (articles && depth === 2) {
        // Nothing stands in a list without elements, and after a comma that has no place there: that is left to the parser.
        if (articles.length > 0 || !isBlank(bytes, from, at)) articles.push({ start: from, end: at })
        list = { articles, start: listStart, end: at + 1 }
        articles = undefined
      }
      depth--
    } else if (byte === comma && articles && depth === 2) {
      articles.push({ start: from, end: at })
      from = at + 1
    }
  }
  return depth === 0 ? list : undefined
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

/** Where a string is closed; the end of the bytes where it is not. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1
  return at
}

const isData = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start === data.length && data.every((byte, i) => bytes[start + i] === byte)

const isBlank = (bytes: Uint8Array, start: number, end: number): boolean => pastSpaces(bytes, start) >= end

function pastSpaces(bytes: Uint8Array, start: number): number {
  let at = start
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++
  return at
}
