import type { Cuts } from './page-data.ts'

/**
 * The parts of a word that are cut into pieces one by one, as a guess: as BERT's tokenizer has them nearly always. It only keeps
 * the page small; words of which it is wrong are in the page with their pieces.
 */
export function partsOf(word: string, { do_lower_case }: Pick<Cuts, 'do_lower_case'>): readonly string[] {
  const text = do_lower_case ? word.toLowerCase().normalize('NFD').replace(accents, '') : word
  return text.match(parts) ?? []
}

const accents = /\p{Mn}/gu
/** Ideographs and punctuation stand alone; of ASCII's symbols BERT takes all for punctuation. */
const parts = /[\p{P}\p{Script=Han}$+<=>^`|~]|[^\p{P}\p{Script=Han}$+<=>^`|~]+/gu

/** Makes what cuts words into pieces, as they were cut for the pipeline. */
export function cutterOf(cuts: Cuts): (word: string) => readonly string[] {
  const ways = new Map(cuts.parts.map(pieces => [pieces.replaceAll(' ', ''), continued(pieces.split(' '))]))
  for (const part of cuts.unknown) ways.set(part, ['[UNK]'])
  const words = new Map(cuts.words.map(([word, ...pieces]) => [word, pieces]))
  return word => {
    const known = words.get(word)
    if (known) return known
    const pieces = partsOf(word, cuts).flatMap(part => ways.get(part) ?? [part])
    words.set(word, pieces)
    return pieces
  }
}

/** What such a function needs, from words and their pieces. A word that comes again is taken to be cut as before. */
export function cutsOf(
  cut: Iterable<readonly [word: string, pieces: readonly string[]]>,
  do_lower_case: boolean,
): Cuts {
  const seen = new Set<string>()
  const parts = new Set<string>()
  const unknown = new Set<string>()
  const words: string[][] = []
  for (const [word, pieces] of cut) {
    if (seen.has(word)) continue
    seen.add(word)
    const found = aligned(partsOf(word, { do_lower_case }), pieces)
    if (!found) words.push([word, ...pieces])
    else
      for (const { part, pieces } of found)
        if (pieces[0] === '[UNK]') unknown.add(part)
        else if (pieces.length > 1) parts.add(pieces.join(' ').replaceAll(' ##', ' '))
  }
  // In order, because neighbours that are alike take less room.
  return { do_lower_case, parts: [...parts].sort(), unknown: [...unknown].sort(), words }
}

interface Part {
  readonly part: string
  readonly pieces: readonly string[]
}

/** Which pieces are whose; undefined where the guess of a word's parts does not fit its pieces. */
function aligned(parts: readonly string[], pieces: readonly string[]): Part[] | undefined {
  const found: Part[] = []
  let at = 0
  for (const part of parts) {
    const from = at++
    while (pieces[at]?.startsWith('##')) at++
    const own = pieces.slice(from, at)
    if (own.join(' ') !== '[UNK]' && plain(own) !== part) return undefined
    found.push({ part, pieces: own })
  }
  return at === pieces.length ? found : undefined
}

/** The text of a part's pieces; of one with a space in it, nothing. */
const plain = ([first = '', ...others]: readonly string[]): string | undefined => {
  const text = first + others.map(piece => piece.slice(2)).join('')
  return text.includes(' ') ? undefined : text
}

const continued = ([first = '', ...others]: readonly string[]) => [first, ...others.map(piece => `##${piece}`)]
