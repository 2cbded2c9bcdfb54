import { dirname } from 'node:path'
import { findPipeline } from '../config/find.ts'
import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import { builtins } from '../library/builtins.ts'
import { fileProbe } from '../plan/probe.ts'
import { type Command, defineCommand } from './command.ts'
import { exit } from './exit.ts'
import { print, printJson } from './print.ts'

/** The command that a built-in stage exports. */
export const stageCommand = async (name: string, stage: string): Promise<{ readonly default: Command }> => {
  const { command } = await builtins[stage]!()
  if (!command) throw new Error(`the stage ${stage} exports no command`)
  const { about, examples } = command
  return {
    default: defineCommand({
      name,
      takes: ['[FILE]'],
      flags: ['json'],
      about,
      examples,
      async run({ positionals: [file], flags }) {
        const { lines, records, ok } = await command.run({ probe: fileProbe(folderOf(file)) })
        if (flags.json) for (const record of records) printJson(record)
        else print(...lines)
        return ok ? exit.done : exit.failed
      },
    }),
  }
}

const folderOf = (name: string | undefined): string => {
  if (name === undefined) return process.cwd()
  const found = findPipeline(name, process.cwd())
  if ('diagnostic' in found) throw diagnosticsError(found.diagnostic)
  return dirname(found.file)
}
