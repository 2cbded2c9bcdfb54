/** Some text of a document, and what was taken out of it. */
export interface Salvaged {
  /** As long as the whole text: what is taken out has become spaces, so that everything else keeps its place. */
  readonly text: string
  /** The offsets of the keys whose values were taken out. */
  readonly lost: ReadonlySet<number>
}

/**
 * The ways to take the value of one key out of a text, so that a mistake in its syntax at an offset is gone and all else can
 * be read: first the key before a bracket that is not closed, then the key of the line, then those around it.
 */
export function* withoutValue({ text, lost }: Salvaged, offset: number): Generator<Salvaged> {
  const lines = linesOf(text)
  const at = lines.findLastIndex(({ start }) => start <= offset)
  const opened = lines.slice(0, at + 1).findLast(line => line.key !== undefined && opens(line.text) > 0)
  if (opened) yield without(text, lost, lines, opened)
  let inner: Line | undefined
  for (const line of lines.slice(0, at + 1).reverse()) {
    const isAround =
      inner === undefined ? line === lines[at] || line.indent < lines[at]!.indent : line.indent < inner.indent
    if (line.key === undefined || !isAround) continue
    inner = line
    yield without(text, lost, lines, line)
  }
}

interface Line {
  readonly start: number
  readonly text: string
  readonly indent: number
  /** Where its key starts, and where the value behind it does, if it has a key. */
  readonly key?: { readonly from: number; readonly end: number }
}

const linesOf = (text: string): readonly Line[] => {
  let start = 0
  return text.split('\n').map(line => {
    const [, space = '', key] =
      /^([ \t]*)(["']?[^\s"'#:{}[\],&*!|>%@`-][^"'#:{}[\],]*["']?\s*:)(?=\s|$)/.exec(line) ?? []
    const from = start + space.length
    const found: Line = {
      start,
      text: line,
      // A tab is no indentation: whatever it was meant to be, it stands inside of the line above.
      indent: space.includes('\t') || line.trim() === '' ? Number.POSITIVE_INFINITY : line.search(/\S/),
      ...(key !== undefined && { key: { from, end: from + key.length } }),
    }
    start += line.length + 1
    return found
  })
}

const without = (text: string, lost: ReadonlySet<number>, lines: readonly Line[], line: Line): Salvaged => {
  const { from, end } = line.key!
  const isNext = (each: Line) => each.indent <= line.indent && !/^\s*[\]}]/.test(each.text)
  const next = lines.slice(lines.indexOf(line) + 1).find(isNext)
  const until = next?.start ?? text.length
  return {
    text: text.slice(0, end) + text.slice(end, until).replaceAll(/[^\r\n]/g, ' ') + text.slice(until),
    lost: new Set([...lost, from]),
  }
}

/** How many brackets a line opens and does not close. */
const opens = (line: string): number => (line.match(/[[{]/g)?.length ?? 0) - (line.match(/[\]}]/g)?.length ?? 0)
