import { count } from '../plugin/few.ts'

/** The tokens that every BERT vocabulary must hold. */
export const specialTokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const
export type SpecialToken = (typeof specialTokens)[number]

/** A token that stands on more than one line; lines count from 1. */
export interface RepeatedToken {
  readonly token: string
  readonly earlier: number
  /** The line whose number is the token's id. */
  readonly later: number
}

export interface Vocabulary {
  /** By id. */
  readonly tokens: readonly string[]
  /** A Map and not an object: `constructor` and `__proto__` are words too. */
  readonly ids: ReadonlyMap<string, number>
  readonly repeated: readonly RepeatedToken[]
}

/**
 * Reads a vocabulary: a token's id is the number of its line, from 0. Only LF ends a line, one CR before it is dropped,
 * nothing is trimmed (BERT's Chinese vocabulary holds U+2028 as a token), and blank lines count. Of a repeated token
 * the later line is the id.
 *
 * @param text without a byte-order mark.
 */
export function parseVocabulary(text: string): Vocabulary {
  const tokens = text.split('\n')
  const last = tokens.length - 1
  for (let id = 0; id < last; id++) if (tokens[id]!.endsWith('\r')) tokens[id] = tokens[id]!.slice(0, -1)
  if (tokens[last] === '') tokens.pop()

  const ids = new Map<string, number>()
  const repeated: RepeatedToken[] = []
  tokens.forEach((token, id) => {
    const earlier = ids.get(token)
    if (earlier !== undefined && token !== '') repeated.push({ token, earlier: earlier + 1, later: id + 1 })
    ids.set(token, id)
  })
  return { tokens, ids, repeated }
}

/** How many tokens `parseVocabulary` finds in a text. */
export function vocabularySize(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return text === '' || text.endsWith('\n') ? lines : lines + 1
}

/** The special tokens that a vocabulary lacks. */
export const missingTokens = (vocabulary: Vocabulary): SpecialToken[] =>
  specialTokens.filter(token => !vocabulary.ids.has(token))

/** What is wrong with a vocabulary that lacks special tokens; `undefined` where none is missing. */
export function vocabularyMistake(vocabulary: Vocabulary): string | undefined {
  const missing = missingTokens(vocabulary)
  if (missing.length === 0) return undefined
  const expected = 'Expected a vocabulary with [PAD], [UNK], [CLS], [SEP] and [MASK]'
  if (vocabulary.tokens.length === 0) return `${expected}, found an empty file.`
  return `${expected}; of its ${count(vocabulary.tokens.length, 'token')} none is ${missing.join(' or ')}.`
}

/** The id of a special token, which `missingTokens` has found to be there. */
export const specialId = (vocabulary: Vocabulary, token: SpecialToken): number => vocabulary.ids.get(token)!

/**
 * Whether a vocabulary was made of text that keeps its case: over 1 % of its tokens, those in brackets apart, hold an
 * upper-case letter.
 */
export function isCased(vocabulary: Vocabulary): boolean {
  const plain = vocabulary.tokens.filter(token => !/^\[.*\]$/.test(token))
  return plain.filter(token => /\p{Lu}/u.test(token)).length > plain.length / 100
}
