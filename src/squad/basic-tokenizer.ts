import { bertParts } from './bert-parts.ts'

const plainWord = /^[A-Za-z0-9]+$/
// Printable ASCII needs none of the two corrections below.
const beyondAscii = /[^ -~]/
// All of category C* but tab, LF and CR. The library keeps unassigned code points (Cn), BERT's reference drops them.
const dropped = /[^\P{C}\t\n\r]|\ufffd/gu
// Ideographs beyond U+FFFF: the library looks at UTF-16 units and so does not see them.
const rareIdeographs =
  /[\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b820}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu

const parts = { lowered: bertParts(new Map(), true), kept: bertParts(new Map(), false) }

/**
 * Cuts a text into words as BERT does before WordPiece: control characters are dropped, whitespace, CJK ideographs and
 * punctuation stand apart; `doLowerCase` also strips accents. Cased text is left as it is: no NFC, as in the tokenizer
 * that BERT was trained with.
 */
export function basicTokenize(text: string, doLowerCase: boolean): string[] {
  if (plainWord.test(text)) return [doLowerCase ? text.toLowerCase() : text]
  const { normalizer, pre_tokenizer } = doLowerCase ? parts.lowered : parts.kept
  const clean = beyondAscii.test(text) ? text.replace(dropped, '').replace(rareIdeographs, ' $& ') : text
  return pre_tokenizer.pre_tokenize_text(normalizer.normalize(clean))
}
