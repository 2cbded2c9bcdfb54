import type { Answer } from './answering.types.ts'

/** An answer as programs get it: with the `most` best ones where that is more than one. */
export const answerRecord = ({ nbest, ...answer }: Answer, most: number): Readonly<Record<string, unknown>> => ({
  ...answer,
  ...(most > 1 && { nbest: nbest.slice(0, most) }),
})

/** An answer as people read it: the text alone, or the `most` best ones with their probabilities. */
export function answerText({ answer, nbest }: Answer, most: number): string {
  const shown = (text: string) => text || '(no answer)'
  if (most === 1) return `${shown(answer)}\n`
  const lines = nbest.slice(0, most).map(({ text, probability }) => {
    const percent = `${(100 * probability).toFixed(1)} %`.padStart(7)
    return `${text === answer ? '*' : ' '} ${percent}  ${shown(text)}\n`
  })
  return lines.join('')
}
