import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { mistake } from './arguments.ts'
import { runLine } from './called.ts'
import type { Arguments } from './command.ts'

/** What to say where the cache holds no such result, with the command that makes it. */
export const notThere = (stage: string, damage: string | undefined, given: Arguments): Diagnostic => {
  const message =
    damage === undefined
      ? `The cache holds no result of stage \`${stage}\` as it is now.`
      : `The result of stage \`${stage}\` in the cache is damaged: ${damage}.`
  return mistake('not-in-cache', message, `Make it: ${runLine(given, { until: stage })}`)
}
