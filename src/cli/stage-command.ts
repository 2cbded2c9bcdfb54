import { dirname } from 'node:path'
import { findPipeline } from '../config/find.ts'
import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import { builtins } from '../library/builtins.ts'
import { fileProbe } from '../plan/probe.ts'
import type { MachineCommand, ResultsCommand } from '../plugin/stage-command.ts'
import { type Command, defineCommand } from './command.ts'
import { exit } from './exit.ts'
import { keptResults } from './kept-results.ts'
import { lookUpAnswer } from './look-up-answer.ts'
import { openPlan } from './open-plan.ts'
import { print, printJson } from './print.ts'
import { printSections } from './sections.ts'

/** The command that a built-in stage exports. */
export const stageCommand = async (name: string, stage: string): Promise<{ readonly default: Command }> => {
  const { command } = await builtins[stage]!()
  if (!command) throw new Error(`the stage ${stage} exports no command`)
  return { default: command.looksAt === 'machine' ? machineCommand(name, command) : resultsCommand(name, command) }
}

const machineCommand = (name: string, { about, examples, run }: MachineCommand): Command =>
  defineCommand({
    name,
    takes: ['[FILE]'],
    flags: ['json'],
    about,
    examples,
    async run({ positionals: [file], flags }) {
      const { lines, records, ok } = await run({ probe: fileProbe(folderOf(file)) })
      if (flags.json) for (const record of records) printJson(record)
      else print(...lines)
      return ok ? exit.done : exit.failed
    },
  })

const resultsCommand = (name: string, { about, examples, asks, run }: ResultsCommand): Command =>
  defineCommand({
    name,
    takes: ['FILE'],
    flags: ['json', 'set', 'profile', 'cache-dir'],
    asks,
    about,
    examples,
    async run(given) {
      const { positionals, flags, asked = '' } = given
      const results = await keptResults(await openPlan(positionals[0] ?? '', flags), given)
      return lookUpAnswer(async () => {
        const { sections, record } = await run({ asked, results })
        if (flags.json) printJson(record)
        else printSections(sections)
        return exit.done
      })
    },
  })

const folderOf = (name: string | undefined): string => {
  if (name === undefined) return process.cwd()
  const found = findPipeline(name, process.cwd())
  if ('diagnostic' in found) throw diagnosticsError(found.diagnostic)
  return dirname(found.file)
}
