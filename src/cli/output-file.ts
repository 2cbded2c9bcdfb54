import { accessSync, constants, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Why no file can be written at a path, in words that stand behind it; undefined where one can. */
export const whyNotWritable = (path: string): string | undefined => {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return 'is a folder'
  try {
    accessSync(dirname(path), constants.W_OK)
  } catch (error) {
    return `cannot be written (${(error as NodeJS.ErrnoException).code})`
  }
  return undefined
}
