/** Where a text stops being JSON, and what stands there. Line and column count from 1, columns in code points. */
export interface JsonMistake {
  readonly line: number
  readonly column: number
  readonly expected: string
  readonly found: string
}

const space = /[ \t\r\n]*/y
const literal = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)(?!\w)/y
const stringStart = /"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\\x00-\x1f]*)*/y
const string = new RegExp(`${stringStart.source}"`, 'y')

/**
 * Finds the first mistake in a text that `JSON.parse` has refused; `undefined` where there is none. (The messages of
 * `JSON.parse` give no place, or only an offset.)
 */
export function jsonMistake(text: string): JsonMistake | undefined {
  let at = 0
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    if (!pattern.test(text)) return false
    at = pattern.lastIndex
    return true
  }
  const takeUnit = (unit: string): boolean => {
    take(space)
    if (text[at] !== unit) return false
    at++
    return true
  }
  const wrong = (expected: string): JsonMistake => ({ ...place(text, at), expected, found: found(text, at) })
  const wrongString = () => {
    take(stringStart)
    return wrong(at < text.length && text[at] !== '\n' ? 'a character that JSON allows in a string' : 'a closing `"`')
  }

  // What is open, innermost last. A loop and not a recursion: a file may be nested deeper than the stack.
  const open: ('}' | ']')[] = []
  const key = (): JsonMistake | undefined => {
    take(space)
    if (!take(string)) return text[at] === '"' ? wrongString() : wrong('a key in double quotes')
    return takeUnit(':') ? undefined : wrong('`:`')
  }
  for (;;) {
    take(space)
    if (takeUnit('{')) {
      if (!takeUnit('}')) {
        open.push('}')
        const mistake = key()
        if (mistake) return mistake
        continue
      }
    } else if (takeUnit('[')) {
      if (!takeUnit(']')) {
        open.push(']')
        continue
      }
    } else if (!take(string) && !take(literal)) return text[at] === '"' ? wrongString() : wrong('a value')

    // A value has ended: close what ends with it.
    for (let closer = open.at(-1); closer !== undefined && takeUnit(closer); closer = open.at(-1)) open.pop()
    const inside = open.at(-1)
    take(space)
    if (inside === undefined) return at === text.length ? undefined : wrong('the end of the file')
    if (!takeUnit(',')) return wrong(`\`,\` or \`${inside}\``)
    if (inside === '}') {
      const mistake = key()
      if (mistake) return mistake
    }
  }
}

function place(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: [...before.slice(lineStart)].length + 1 }
}

function found(text: string, at: number): string {
  const code = text.codePointAt(at)
  if (code === undefined) return 'the end of the file'
  return code < 0x20
    ? `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}`
    : `\`${String.fromCodePoint(code)}\``
}
