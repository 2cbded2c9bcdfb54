const surrogate = /[\ud800-\udfff]/

/**
 * Translates positions that count code points, as SQuAD's do, into offsets that count UTF-16 units, as JavaScript's
 * strings do. A surrogate without its partner counts as one code point.
 */
export interface CodePoints {
  /** Length of the text in code points. */
  readonly length: number
  /** UTF-16 offset of the code point at a position (0 ≤ position < length). */
  offset(position: number): number
}

/** Prepares the translation for one text: free where the text has no surrogates, one pass over it where it has. */
export function codePoints(text: string): CodePoints {
  if (!surrogate.test(text)) return { length: text.length, offset: position => position }
  const offsets = new Int32Array(text.length)
  let length = 0
  for (let i = 0; i < text.length; length++) {
    offsets[length] = i
    i += text.codePointAt(i)! > 0xffff ? 2 : 1
  }
  return { length, offset: position => offsets[position]! }
}

/** The number of code points in a text. */
export const codePointLength = (text: string): number => codePoints(text).length
