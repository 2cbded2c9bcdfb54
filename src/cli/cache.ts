import { join } from 'node:path'
import { type CacheFolder, cacheFolder } from '../cache/folder.ts'
import { findPipeline } from '../config/find.ts'
import { type Diagnostic, diagnosticsError } from '../diagnostic/diagnostic.ts'
import { mistake, unknownPart } from './arguments.ts'
import { defineCommand } from './command.ts'
import { type ExitCode, exit } from './exit.ts'
import type { FlagName, Flags } from './flags.ts'
import { print, printJson } from './print.ts'

/** What `pipeline cache NAME` does, and the flags that it alone takes. */
interface Part {
  readonly flags: readonly FlagName[]
  run(folder: CacheFolder, flags: Flags): Promise<ExitCode>
}

const parts: Readonly<Record<string, Part>> = {
  ls: {
    flags: ['sort'],
    run: async (folder, flags) => (await import('./cache-ls.ts')).cacheLs(folder, flags),
  },
  gc: {
    flags: ['older-than', 'max-size', 'dry-run'],
    run: async (folder, flags) => (await import('./cache-gc.ts')).cacheGc(folder, flags),
  },
  verify: {
    flags: ['remove'],
    run: async (folder, flags) => (await import('./cache-verify.ts')).cacheVerify(folder, flags),
  },
  path: {
    flags: [],
    async run({ path }, flags) {
      if (flags.json) printJson({ path })
      else print(path)
      return exit.done
    },
  },
}

export default defineCommand({
  name: 'cache',
  takes: [Object.keys(parts).join('|'), '[FILE]'],
  flags: [...Object.values(parts).flatMap(({ flags }) => flags), 'json', 'cache-dir'],
  about: `ls: lists what is kept, how large it is, and when a run last used it.
gc: removes what is of no use to anybody (what dead processes left, damaged results, checkpoints of what is finished, downloads that nobody has gone on with for a week), and what --older-than and --max-size say. Never what a run is using.
verify: reads everything again. Exit code 1 if something is damaged; removes it with --remove.
path: says in which folder it is.
FILE is a pipeline; without it, the current folder decides.`,
  examples: [
    ['pipeline cache ls --sort used', 'what was not used for the longest time first'],
    ['pipeline cache gc --older-than 30d --max-size 20GB --dry-run', 'what would be removed, and how much'],
    ['pipeline cache verify --remove', 'after a disk failed'],
    ['pipeline cache path', 'the folder'],
  ],
  async run({ positionals: [name = '', file], flags }) {
    const part = Object.hasOwn(parts, name) ? parts[name] : undefined
    if (!part) throw diagnosticsError(unknownPart('cache', name, Object.keys(parts)))
    const mistakes = uselessFlags(name, part, flags)
    if (mistakes.length > 0) throw diagnosticsError(...mistakes)
    const folder = cacheFolder({ pipelineFile: pipelineFile(file), flag: flags['cache-dir'], env: process.env })
    return part.run(folder, flags)
  },
})

/** Flags of the other parts: `cache ls --max-size` would otherwise do nothing, and say nothing. */
const uselessFlags = (name: string, part: Part, flags: Flags): Diagnostic[] =>
  Object.entries(parts).flatMap(([other, { flags: names }]) =>
    names
      .filter(flag => flag in flags && !part.flags.includes(flag))
      .map(flag =>
        mistake(
          'unknown-flag',
          `\`pipeline cache ${name}\` has no use for \`--${flag}\`.`,
          `It belongs to \`pipeline cache ${other}\`.`,
        ),
      ),
  )

const pipelineFile = (name: string | undefined): string => {
  // Any name in the current folder finds the cache of a pipeline that would lie there.
  if (name === undefined) return join(process.cwd(), 'pipeline.yaml')
  const found = findPipeline(name, process.cwd())
  if ('diagnostic' in found) throw diagnosticsError(found.diagnostic)
  return found.file
}
