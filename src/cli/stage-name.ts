import { basename, dirname } from 'node:path'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { mistake } from './arguments.ts'

/** What is wrong with a name for a new stage, with the nearest that is right; undefined where nothing is. */
export const stageNameMistake = (name: string, builtins: readonly string[]): Diagnostic | undefined => {
  if (name.includes('/'))
    return mistake(
      'stage-name',
      `A stage's name is no path; found \`${name}\`.`,
      `Name the folder behind it: \`pipeline new stage ${nearestName(basename(name))} ${dirname(name)}\`.`,
    )
  if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(name))
    return mistake(
      'stage-name',
      `A stage's name has only letters, digits, \`-\` and \`_\`, and begins with a letter; found \`${name}\`.`,
      `\`${nearestName(name)}\` would do.`,
    )
  if (!builtins.includes(name)) return undefined
  return mistake(
    'stage-name',
    `There is a built-in stage \`${name}\`: in a pipeline, nobody could tell the two apart.`,
    `\`my-${name}\` would do.`,
  )
}

/** `Drop Short!.ts` → `drop-short`. */
const nearestName = (name: string): string => {
  const words = name
    .replace(/\.[cm]?[jt]sx?$/, '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9_]+/)
    .filter(word => word !== '')
  const near = words.join('-').replace(/^[^a-z]+/, '')
  return near === '' ? 'my-stage' : near
}
