import { cellsOf } from '../diagnostic/cells.ts'
import type { Row, Section, WordStyle, Words } from '../plugin/stage-command.ts'
import { clean } from '../report/clean.ts'
import { takesColor } from '../report/color.ts'
import { print } from './print.ts'

/** Prints sections as wide as the terminal is, at most 100 columns, in colours where it has some. */
export const printSections = (sections: readonly Section[]): void => {
  const { stdout, env } = process
  print(...sectionLines(sections, { width: Math.min(100, stdout.columns || 80), color: takesColor(stdout, env) }))
}

export interface Layout {
  readonly width: number
  readonly color: boolean
}

/** Sections as lines: a title, below it the labels in a column and behind them the words, wrapped. */
export const sectionLines = (sections: readonly Section[], layout: Layout): string[] =>
  sections.flatMap(({ title, rows }, index) => [
    ...(index === 0 ? [] : ['']),
    ...wrapped(title, layout.width).map(line => painted(line, layout.color)),
    ...rowLines(rows, layout),
  ])

const indent = 2
const gap = 2
/** Words get at least so many columns, however narrow the terminal is. */
const narrowest = 16

const rowLines = (rows: readonly Row[], { width, color }: Layout): string[] => {
  const label = Math.max(0, ...rows.map(([text]) => widthOf(text)))
  const room = Math.max(narrowest, width - indent - label - gap)
  return rows.flatMap(([text, words]) =>
    wrapped(words, room).map((line, index) => {
      const name = index === 0 ? text : ''
      const start = ' '.repeat(indent) + name + ' '.repeat(label - widthOf(name) + (label > 0 ? gap : 0))
      return (start + painted(line, color)).trimEnd()
    }),
  )
}

/** A run of characters of one style. */
interface Run {
  text: string
  readonly style: WordStyle | undefined
}
type Line = Run[]

/** Breaks words at spaces, or where there are none (Chinese has none) at characters, so that each line has at most `width` columns. */
const wrapped = (words: Words, width: number): Line[] => {
  const lines: Line[] = [[]]
  let column = 0
  const add = (text: string, style: WordStyle | undefined) => {
    const line = lines.at(-1)!
    const last = line.at(-1)
    if (last && last.style === style) last.text += text
    else line.push({ text, style })
  }
  const next = () => {
    lines.push([])
    column = 0
  }
  for (const { text, style, width: needs, lineFeed } of atoms(words)) {
    if (lineFeed) {
      next()
      continue
    }
    const isSpace = text.trim() === ''
    if (column + needs > width && column > 0) next()
    if (isSpace && column === 0 && lines.length > 1) continue
    if (needs <= width || style === 'code') {
      add(text, style)
      column += needs
      continue
    }
    for (const cell of cellsOf(text)) {
      if (column + cell.width > width && column > 0) next()
      add(cell.text, style)
      column += cell.width
    }
  }
  return lines
}

/** Words and the spaces between them, cleaned of what a terminal would take for a command. */
function* atoms(words: Words) {
  for (const part of typeof words === 'string' ? [words] : words) {
    const { text, style } = typeof part === 'string' ? { text: part, style: undefined } : part
    if (style === 'code') yield { text: clean(text), style, width: widthOf(text), lineFeed: false }
    else
      for (const [piece] of cleaned(text).matchAll(/\n|[^\S\n]+|[^\s]+/gu))
        yield { text: piece, style, width: widthOf(piece), lineFeed: piece === '\n' }
  }
}

/** What turns the direction of text is shown as a stand-in, as in code frames. */
const cleaned = (text: string): string =>
  clean(text)
    .split('\n')
    .map(line =>
      cellsOf(line)
        .map(cell => cell.text)
        .join(''),
    )
    .join('\n')

const widthOf = (text: string): number => cellsOf(text).reduce((sum, { width }) => sum + width, 0)

const codes: Readonly<Record<WordStyle, readonly [on: number, off: number]>> = {
  strong: [1, 22],
  faint: [2, 22],
  good: [32, 39],
  bad: [31, 39],
  code: [36, 39],
}

const painted = (line: Line, color: boolean): string =>
  line
    .map(({ text, style }) => (color && style ? `\u001b[${codes[style][0]}m${text}\u001b[${codes[style][1]}m` : text))
    .join('')
