// Which elements a dropout site keeps. The elements are laid out as a near-square grid. Each row and each column gets a
// random 32-bit word, and an element is kept where the product of its row's and its column's word, as a signed number, is
// at least a threshold. Only that product and that comparison run over all elements, so a mask costs about two passes
// over memory. A row's word is odd: along a row the products are as random as the words of the columns. From row to row
// they differ by a random factor, which leaves no correlation that the tests can see.

/** The rows and columns that `size` elements are laid out in: the most nearly square pair of divisors. */
export function maskGrid(size: number): { rows: number; columns: number } {
  let rows = Math.max(1, Math.floor(Math.sqrt(size)))
  while (size % rows !== 0) rows--
  return { rows, columns: size / rows }
}

/** What `mix` multiplies by. */
export const mixFactors = [0x7feb352d, 0x846ca68b] as const

/** A bijective 32-bit mixer with low bias (`lowbias32` of Chris Wellons's hash prospector). */
export function mix(word: number): number {
  let x = word
  x = Math.imul(x ^ (x >>> 16), mixFactors[0])
  x = Math.imul(x ^ (x >>> 15), mixFactors[1])
  return x ^ (x >>> 16)
}

/** What tells one site's words from another's, for rows and for columns. */
export const maskSalts = (site: number): { rowSalt: number; columnSalt: number } => ({
  rowSalt: mix(2 * site + 1),
  columnSalt: mix(2 * site + 2),
})

/** Elements whose signed product is below it are dropped. */
export const maskThreshold = (rate: number): number => Math.round((rate - 0.5) * 2 ** 32)

/** The word of row or column `index`. The index is mixed first, or nearby seeds would give permuted words. */
const wordOf = (index: number, key: number): number => mix(mix(index) ^ key)

/** One of `parts` equal parts of a site's elements, which share its columns' words and have rows of their own. */
export interface MaskPart {
  readonly part: number
  readonly parts: number
}
export const whole: MaskPart = { part: 0, parts: 1 }

/** 1 for each element kept, 0 for each dropped, of a part of `size` elements. Every engine's mask equals this one. */
export function dropoutMask(size: number, rate: number, seed: number, site: number, { part } = whole): Uint8Array {
  const { rows, columns } = maskGrid(size)
  const { rowSalt, columnSalt } = maskSalts(site)
  const threshold = maskThreshold(rate)
  const columnKey = mix(seed ^ columnSalt)
  const rowKey = mix(seed ^ rowSalt)
  const columnWords = Int32Array.from({ length: columns }, (_, index) => wordOf(index, columnKey))
  const kept = new Uint8Array(size)
  for (let row = 0, at = 0; row < rows; row++) {
    const rowWord = wordOf(part * rows + row, rowKey) | 1
    for (let column = 0; column < columns; column++, at++) {
      kept[at] = Math.imul(rowWord, columnWords[column]!) >= threshold ? 1 : 0
    }
  }
  return kept
}
