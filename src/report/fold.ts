import { widthOf } from './width.ts'

/**
 * Breaks a text at its spaces into lines of at most `width` columns, those after the first behind `indent`. What stands
 * between backticks is not broken where a line has room for it. A longer word stays whole.
 */
export const fold = (text: string, width: number, indent = ''): string[] => {
  const lines: string[] = []
  let line: string | undefined
  for (const word of wordsOf(text, width - indent.length)) {
    const longer: string = line === undefined ? word : `${line} ${word}`
    if (line === undefined || widthOf(longer) <= width) line = longer
    else {
      lines.push(line)
      line = indent + word
    }
  }
  return [...lines, line ?? '']
}

const wordsOf = (text: string, width: number): string[] =>
  text.split(outsideOfCode).flatMap(word => (widthOf(word) > width ? word.split(' ') : word))

/** A space with an even number of backticks behind it. */
const outsideOfCode = / (?=(?:[^`]*`[^`]*`)*[^`]*$)/
