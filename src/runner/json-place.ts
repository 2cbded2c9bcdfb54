const space = /\s*/y
const string = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y
const scalar = /[^\s,\]}]+/y
/** What changes the depth, with the strings in which such a character means nothing. */
const bracket = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|[{}[\]]/g

/**
 * Where the value at a JSON pointer's segments stands in a text that is JSON; the innermost value around it that is
 * there, where itself is missing.
 */
export const jsonPlace = (text: string, segments: readonly (string | number)[]): { start: number; end: number } => {
  let at = 0
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0] ?? ''
    at += found.length
    return found
  }
  const skipValue = (): void => {
    if (text[at] !== '{' && text[at] !== '[') {
      take(text[at] === '"' ? string : scalar)
      return
    }
    let depth = 0
    bracket.lastIndex = at
    for (let found = bracket.exec(text); found !== null; found = bracket.exec(text)) {
      if (found[0] === '{' || found[0] === '[') depth++
      else if (found[0] === '}' || found[0] === ']') depth--
      if (depth === 0) break
    }
    at = bracket.lastIndex === 0 ? text.length : bracket.lastIndex
  }
  /** Goes to the start of a child; false where there is none. */
  const enter = (segment: string | number): boolean => {
    const isMap = text[at] === '{'
    if (!isMap && text[at] !== '[') return false
    at++
    for (let index = 0; at < text.length; index++) {
      take(space)
      if (text[at] === '}' || text[at] === ']') return false
      const name = isMap ? keyOf(take(string)) : index
      if (isMap) {
        take(space)
        at++
        take(space)
      }
      if (String(name) === String(segment)) return true
      skipValue()
      take(space)
      if (text[at] === ',') at++
    }
    return false
  }

  take(space)
  let start = at
  for (const segment of segments) {
    if (!enter(segment)) break
    start = at
  }
  at = start
  skipValue()
  return { start, end: at }
}

const keyOf = (quoted: string): string => {
  try {
    return JSON.parse(quoted)
  } catch {
    return ''
  }
}
