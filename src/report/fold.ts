/** Breaks a text at its spaces into lines of at most `width` characters, those after the first behind `indent`. A longer word stays whole. */
export const fold = (text: string, width: number, indent = ''): string[] => {
  const lines: string[] = []
  let line: string | undefined
  for (const word of text.split(' ')) {
    const longer: string = line === undefined ? word : `${line} ${word}`
    if (line === undefined || length(longer) <= width) line = longer
    else {
      lines.push(line)
      line = indent + word
    }
  }
  return [...lines, line ?? '']
}

/** What does not fit beside a name is broken there only if the lines are this long. */
const narrowest = 40

/** Names and what is said of them, in lines of at most `width` characters: beside each other where there is room, else below. */
export const described = (rows: readonly (readonly [name: string, about: string])[], width: number): string[] => {
  const left = Math.max(...rows.map(([name]) => length(name))) + 2
  const beside = width - left >= narrowest || rows.every(([, about]) => left + length(about) <= width)
  return rows.flatMap(([name, about]) => {
    if (!beside) return [name, ...fold(about, width - 6).map(line => `      ${line}`)]
    const [first = '', ...more] = fold(about, width - left)
    return [`${name}${' '.repeat(left - length(name))}${first}`, ...more.map(line => ' '.repeat(left) + line)]
  })
}

const length = (text: string): number => [...text].length
