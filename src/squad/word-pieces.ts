import { basicTokenize } from './basic-tokenizer.ts'
import { bertParts } from './bert-parts.ts'
import { specialTokens } from './vocabulary.ts'

const special = /(\[(?:PAD|UNK|CLS|SEP|MASK)\])/

/**
 * Prepares WordPiece for one vocabulary: the function that it gives cuts a text into the ids of its pieces, by greedy
 * longest match. Words over 100 characters, and words that cannot be made of pieces, are `[UNK]`. `[SEP]` and the other
 * special tokens stay one piece, inside a word too.
 *
 * @param ids of the vocabulary's tokens, the special ones among them.
 */
export function wordPieces(ids: ReadonlyMap<string, number>, doLowerCase: boolean): (text: string) => number[] {
  const { model } = bertParts(ids, doLowerCase)
  const pieces = (text: string) => model.encode(basicTokenize(text, doLowerCase))
  const isSpecial = (part: string) => specialTokens.some(token => token === part)
  const tokens = (text: string) =>
    text.includes('[') ? text.split(special).flatMap(part => (isSpecial(part) ? part : pieces(part))) : pieces(text)
  return text => tokens(text).map(token => ids.get(token)!)
}
