/** One character as a terminal shows it. */
export interface Cell {
  /** What to print: the character, or a visible stand-in for one that cannot be printed. */
  readonly text: string
  /** Columns that it takes: 0, 1 or 2, more for a tab. */
  readonly width: number
  /** Where it starts in the line, in UTF-16 units. */
  readonly at: number
}

const tabStop = 4
// Made when the first line is cut: making it takes longer than most of the start of a command.
let segmenter: Intl.Segmenter | undefined

/** Cuts a line into the characters that a reader sees, tabs spread to the next stop. */
export const cellsOf = (line: string): readonly Cell[] => {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  const cells: Cell[] = []
  let column = 0
  for (const { segment, index } of segmenter.segment(line)) {
    const text = segment === '\t' ? ' '.repeat(tabStop - (column % tabStop)) : visible(segment)
    const width = segment === '\t' ? text.length : widthOf(text)
    cells.push({ text, width, at: index })
    column += width
  }
  return cells
}

/** Control characters get their picture; those that change the direction of text, a replacement. */
const visible = (text: string): string =>
  text
    .replace(/[\u0000-\u001f]/g, control => String.fromCharCode(0x2400 + control.charCodeAt(0)))
    .replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')

// East Asian Wide and Fullwidth (UAX #11, its large blocks), and what is shown as a picture.
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{17000}-\u{18aff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u
const invisible = /^[\p{M}\p{Cf}]+$/u

const widthOf = (grapheme: string): number => (wide.test(grapheme) ? 2 : invisible.test(grapheme) ? 0 : 1)
