import type { ArtifactKind } from '../plugin/artifact.ts'
import { spoken } from '../plugin/pointer.ts'
import { type Mistake, validate } from '../plugin/validate.ts'

/** Checks the first records that a kind makes of a value against the kind's schema. */
export const checkRecords = async <T>(
  stage: string,
  port: string,
  kind: ArtifactKind<T>,
  value: T,
  most: number,
): Promise<void> => {
  let index = 0
  for await (const record of kind.records?.(value) ?? []) {
    if (index === most) return
    const checked = await validate(kind.schema, record)
    if (!checked.ok)
      throw new Error(
        `record ${index} of the output \`${port}\` of stage ${stage} does not fit the schema of the kind ${kind.kind}: ${mistakeWords(checked.mistakes[0]!)}`,
      )
    index++
  }
}

export const mistakeWords = (mistake: Mistake): string => {
  const place = spoken(mistake.pointer)
  if (mistake.kind === 'unknown') return `there is no \`${place}\`; it has ${mistake.keys.join(', ')}`
  if (mistake.kind === 'missing') return `\`${place}\` is missing; expected ${mistake.expected}`
  return `${place === '' ? '' : `at \`${place}\` `}expected ${mistake.expected}; found ${mistake.found}`
}
