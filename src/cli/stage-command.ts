import { dirname } from 'node:path'
import { findPipeline } from '../config/find.ts'
import { type DiagnosticsError, diagnosticsError } from '../diagnostic/diagnostic.ts'
import { builtins } from '../library/builtins.ts'
import { fileProbe } from '../plan/probe.ts'
import type { CommandContext, MachineCommand, ResultsCommand, StageCommand } from '../plugin/stage-command.ts'
import { isStageError } from '../plugin/stage-error.ts'
import { problemDiagnostic } from '../runner/problem.ts'
import { type Command, defineCommand } from './command.ts'
import { type ExitCode, exit } from './exit.ts'
import { onInterrupt } from './interrupt.ts'
import { keptResults } from './kept-results.ts'
import { lookUpAnswer } from './look-up-answer.ts'
import { isNotFetched } from './model-folder.ts'
import { openPlan } from './open-plan.ts'
import { printChunks, printDiagnostics, printJson } from './print.ts'
import { printSections } from './sections.ts'

/** The command of this name that a built-in stage exports. */
export const stageCommand = async (name: string, stage: string): Promise<{ readonly default: Command }> => {
  const command: StageCommand | undefined = (await builtins[stage]!()).commands?.[name]
  if (!command) throw new Error(`the stage ${stage} exports no command ${name}`)
  return { default: command.looksAt === 'results' ? resultsCommand(name, command) : machineCommand(name, command) }
}

const machineCommand = (name: string, command: MachineCommand): Command => {
  const { about, examples, takes, fetches = false, flags: own } = command
  return defineCommand({
    name,
    takes: takes ?? ['[FILE]'],
    flags: fetches ? ['cache-dir', 'rehash', 'json'] : ['json'],
    ...(own && { own }),
    about,
    examples,
    async run({ positionals, flags, own = {} }) {
      const { json = false } = flags
      const folder = takes ? process.cwd() : folderOf(positionals[0])
      const { signal, release } = onInterrupt()
      const answers = await command
        .run({
          probe: fileProbe(folder),
          arguments: positionals,
          flags: own,
          json,
          stdin: process.stdin,
          signal,
          report,
          modelFolder: async location => (await import('./model-folder.ts')).modelFolder(location, { flags, signal }),
        })
        .catch(error => {
          if (signal.aborted) return exit.interrupted
          if (isNotFetched(error)) return notFetched(error)
          throw isStageError(error) ? diagnosticsError(problemDiagnostic(error.problem)) : error
        })
      return (typeof answers === 'number' ? Promise.resolve(answers) : printed(answers, signal)).finally(release)
    },
  })
}

const resultsCommand = (name: string, { about, examples, flags: own, run }: ResultsCommand): Command =>
  defineCommand({
    name,
    takes: ['FILE'],
    flags: ['json', 'set', 'profile', 'cache-dir'],
    ...(own && { own }),
    about,
    examples,
    async run(given) {
      const { positionals, flags, own = {} } = given
      const results = await keptResults(await openPlan(positionals[0] ?? '', flags), given)
      return lookUpAnswer(async () => {
        const { sections, record } = await run({ flags: own, results })
        if (flags.json) printJson(record)
        else printSections(sections)
        return exit.done
      })
    },
  })

const notFetched = ({ diagnostics }: DiagnosticsError): ExitCode => {
  printDiagnostics(diagnostics)
  return exit.failed
}

const report: CommandContext['report'] = problem => printDiagnostics([problemDiagnostic(problem)])

/** Prints what a command answers, and says how it ended. */
const printed = async (answers: AsyncGenerator<string, boolean>, signal: AbortSignal): Promise<ExitCode> => {
  let ok = true
  async function* watched() {
    ok = yield* answers
  }
  try {
    await printChunks(watched())
    return ok ? exit.done : exit.failed
  } catch (error) {
    if (signal.aborted) return exit.interrupted
    if (!isStageError(error)) throw error
    report(error.problem)
    return exit.failed
  }
}

const folderOf = (name: string | undefined): string => {
  if (name === undefined) return process.cwd()
  const found = findPipeline(name, process.cwd())
  if ('diagnostic' in found) throw diagnosticsError(found.diagnostic)
  return dirname(found.file)
}
