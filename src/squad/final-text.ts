import { basicTokenize } from './basic-tokenizer.ts'
import { pythonSplit } from './whitespace.ts'

/**
 * Word pieces back to text, as BERT's reference tokenizer joins them: `##` pieces continue the one before.
 * A span that begins inside a word keeps its leading `##` (and then is not found in the original, see `finalText`).
 */
export const joinPieces = (pieces: readonly string[]): string =>
  pythonSplit(pieces.join(' ').replaceAll(' ##', '')).join(' ')

/**
 * The part of `original` that `predicted` stands for, where `predicted` is text that the tokenizer has normalised
 * (`steve smith`) and `original` the words it was cut from (`Steve Smith's`): the text before tokenization, without what
 * hangs on to its words. Gives `original` whole where the two cannot be aligned character by character.
 * This is `get_final_text` of BERT's reference implementation; indices count code points, as there.
 */
export function finalText(predicted: string, original: string, doLowerCase: boolean): string {
  const tokenized = basicTokenize(original, doLowerCase).join(' ')
  const found = tokenized.indexOf(predicted)
  if (found < 0) return original

  const from = solidBefore(tokenized, found)
  const to = from + countSolid(predicted) - 1
  const solid = solidOffsets(original)
  if (solid.length !== countSolid(tokenized)) return original
  // A prediction that begins or ends with a space has no character to align there.
  if (predicted === '' || predicted.startsWith(' ') || predicted.endsWith(' ')) return original

  const [start, end] = [solid[from], solid[to]]
  if (start === undefined || end === undefined) return original
  return original.slice(start, end + (original.codePointAt(end)! > 0xffff ? 2 : 1))
}

/** UTF-16 offsets of the code points of `text` that are not a space. */
function solidOffsets(text: string): number[] {
  const offsets: number[] = []
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at)!
    if (code !== 0x20) offsets.push(at)
    if (code > 0xffff) at++
  }
  return offsets
}

const countSolid = (text: string): number => solidOffsets(text).length
const solidBefore = (text: string, end: number): number => countSolid(text.slice(0, end))
