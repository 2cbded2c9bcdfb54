export type Style = 'error' | 'warning' | 'code' | 'place' | 'gutter' | 'caret' | 'label'

/** Gives a piece of a diagnostic's text its colour. */
export type Paint = (style: Style, text: string) => string

/** No colour. */
export const plain: Paint = (_style, text) => text

const sequences: Readonly<Record<Style, readonly [number, number]>> = {
  error: [31, 39],
  warning: [33, 39],
  code: [2, 22],
  place: [36, 39],
  gutter: [2, 22],
  caret: [31, 39],
  label: [1, 22],
}

/** The colours of a terminal. */
export const ansi: Paint = (style, text) => {
  const [on, off] = sequences[style]
  return `\u001b[${on}m${text}\u001b[${off}m`
}
