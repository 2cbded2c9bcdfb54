import { type IntList, intList, push } from './int-list.ts'

/** Space, tab, CR, LF and U+202F, and nothing else: U+00A0 or U+3000 stay inside a word. */
export const isSpace = (unit: number): boolean =>
  unit <= 0x20 ? unit === 0x20 || unit === 0x0a || unit === 0x09 || unit === 0x0d : unit === 0x202f

/**
 * Finds the words of a text, the maximal runs of characters that are not spaces.
 *
 * @param bounds is emptied, then gets two UTF-16 offsets a word: where it starts, and one past where it ends.
 */
export function findWords(text: string, bounds: IntList): void {
  bounds.length = 0
  let inside = false
  for (let i = 0; i < text.length; i++) {
    if (isSpace(text.charCodeAt(i)) === inside) {
      push(bounds, i)
      inside = !inside
    }
  }
  if (inside) push(bounds, text.length)
}
/** The words of a text. */
export function words(text: string): string[] {
  const bounds = intList()
  findWords(text, bounds)
  const found: string[] = []
  for (let i = 0; i < bounds.length; i += 2) found.push(text.slice(bounds.values[i], bounds.values[i + 1]))
  return found
}

/**
 * The word that owns the character at a UTF-16 offset: whitespace belongs to the word before it, so it is the last word
 * that starts at or before the offset; -1 where there is none.
 */
export function wordAt(bounds: IntList, offset: number): number {
  let low = 0
  let high = bounds.length / 2
  while (low < high) {
    const middle = (low + high) >> 1
    if (bounds.values[2 * middle]! <= offset) low = middle + 1
    else high = middle
  }
  return low - 1
}
