// What Python's str.split() splits at. JavaScript's \s is another set: it has U+FEFF, and lacks U+001C–001F and U+0085.
const runs = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/

/** The parts of a text between runs of whitespace, as Python's `str.split()` gives them. */
export const pythonSplit = (text: string): string[] => text.split(runs).filter(part => part !== '')

/** A text without whitespace at its ends, and with each other run of it as one space. */
export const squeeze = (text: string): string => pythonSplit(text).join(' ')
