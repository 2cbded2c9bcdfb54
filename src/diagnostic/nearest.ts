/**
 * The candidate that a misspelt word was most likely meant to be, or undefined where none is near enough. In turn:
 * the same but for case and `-`/`_`; the initials of a candidate's words (`lr`); a few typing slips away; a run of
 * whole words of one candidate alone (`batch_size`).
 */
export const nearest = (word: string, candidates: Iterable<string>): string | undefined => {
  const all = [...new Set(candidates)].filter(candidate => candidate !== word)
  const wanted = normal(word)
  return (
    all.find(candidate => normal(candidate) === wanted) ??
    only(all, candidate => wanted.length > 1 && initials(candidate) === wanted) ??
    closest(wanted, all) ??
    only(all, candidate => wanted.length > 2 && `_${normal(candidate)}_`.includes(`_${wanted}_`))
  )
}

/** The hint for a misspelt word: `` Did you mean `span`? ``, or else the choices behind a label. */
export const didYouMean = (word: string, candidates: Iterable<string>, label = 'Known here'): string | undefined => {
  const all = [...new Set(candidates)]
  const near = nearest(word, all)
  return near === undefined ? listed(all, label) : `Did you mean \`${near}\`?`
}

/** The first dozen choices behind a label; undefined where there are none. */
export const listed = (choices: readonly string[], label: string): string | undefined => {
  if (choices.length === 0) return undefined
  const shown = choices.slice(0, 12).map(choice => `\`${choice}\``)
  return `${label}: ${shown.join(', ')}${choices.length > shown.length ? ', …' : ''}.`
}

const normal = (word: string): string => word.toLowerCase().replace(/[-_\s]+/g, '_')

const initials = (candidate: string): string =>
  normal(candidate)
    .split('_')
    .map(part => part.slice(0, 1))
    .join('')

const only = (candidates: readonly string[], fits: (candidate: string) => boolean): string | undefined => {
  const found = candidates.filter(fits)
  return found.length === 1 ? found[0] : undefined
}

/** The first of the candidates with the fewest slips; at most one slip for every three letters, and never all of them. */
const closest = (wanted: string, candidates: readonly string[]): string | undefined => {
  let best: string | undefined
  let limit = Math.min(Math.max(1, Math.floor(wanted.length / 3)), wanted.length - 1) + 1
  for (const candidate of candidates) {
    const slips = distance(wanted, normal(candidate), limit)
    if (slips >= limit) continue
    best = candidate
    limit = slips
  }
  return best
}

/**
 * Damerau-Levenshtein distance, in its form of optimal string alignment: insertions, deletions, replacements and
 * exchanges of two neighbours. Stops at `limit`.
 */
const distance = (a: string, b: string, limit: number): number => {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current[column] = Math.min(
        last[column]! + 1,
        current[column - 1]! + 1,
        last[column - 1]! + (same ? 0 : 1),
        swapped ? beforeLast[column - 2]! + 1 : Number.POSITIVE_INFINITY,
      )
    }
    beforeLast = last
    last = current
  }
  return last[b.length]!
}
