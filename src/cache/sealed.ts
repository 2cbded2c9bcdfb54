import { createHash } from 'node:crypto'

/** JSON beside a digest of itself, so that no damage to it goes unnoticed. */
export const seal = (value: object): string => {
  const text = JSON.stringify(value)
  return `{"value":${text},"digest":"${digestOfText(text)}"}\n`
}

/** What was sealed, which therefore has the type that it had; `undefined` where the text is not whole. */
export const unseal = <T extends object>(text: string): T | undefined => {
  try {
    const { value, digest } = JSON.parse(text)
    return digestOfText(JSON.stringify(value)) === digest ? value : undefined
  } catch {
    return undefined
  }
}

const digestOfText = (text: string): string => createHash('sha256').update(text).digest('hex')
