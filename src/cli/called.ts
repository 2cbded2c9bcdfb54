import { realpathSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { displayPath } from '../diagnostic/format.ts'
import type { Arguments } from './command.ts'
import type { Flags } from './flags.ts'
import { shellWord } from './shell-word.ts'

/**
 * The words that start this program, as the user can type them again. `argv` is that of the process: npm and npx start
 * a program from a `node_modules/.bin`, which is not on the PATH of a shell. (What npm tells in the environment says
 * less: everything that an `npx` starts inherits it.)
 */
export const programWords = (
  argv: readonly string[] = process.argv,
  cwd: string = process.cwd(),
  realPath: (path: string) => string = realpathSync,
): string[] => {
  const script = argv[1] ?? ''
  const name = basename(script)
  if (name !== 'pipeline' && name !== 'sluice') return ['node', displayPath(script, cwd)]
  if (!dirname(script).endsWith(join('node_modules', '.bin'))) return [name]
  // Where npx has fetched the package for this one call, `pipeline` would fetch another package of that name. (It starts
  // the package in whose folder it is called by a link from there.)
  return ['npx', realPath(script).includes(`${sep}_npx${sep}`) ? 'sluice' : name]
}

/** Flags of a further run of the same pipeline. */
export type RunChange = { readonly [N in 'set' | 'from' | 'until' | 'only']?: Flags[N] | undefined }

/** A line of shell that runs the pipeline which a command was called for, with the same settings, and with `change`. */
export const runLine = ({ positionals: [file = ''], flags }: Arguments, change: RunChange): string => {
  const { set = [], profile, 'cache-dir': cacheDir } = flags
  const { set: more = [], ...stages } = change
  // Of two settings of one value the last counts.
  const kept = set.filter(each => !more.some(other => pathOf(other) === pathOf(each)))
  const words = [...kept, ...more].flatMap(each => ['--set', each])
  for (const [name, value] of Object.entries({ profile, 'cache-dir': cacheDir, ...stages }))
    if (value !== undefined) words.push(`--${name}`, value)
  return [...programWords(), 'run', file, ...words].map(shellWord).join(' ')
}

const pathOf = (setting: string): string => setting.slice(0, setting.indexOf('=')).replaceAll(/\s/g, '')
