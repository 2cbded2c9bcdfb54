#!/usr/bin/env node
import { isDiagnosticsError } from '../diagnostic/diagnostic.ts'
import { readArguments } from './arguments.ts'
import { findCommand } from './commands.ts'
import { type ExitCode, exit } from './exit.ts'
import { printDiagnostics } from './print.ts'

/** The command line: finds the command, reads its arguments, runs it, and says how it ended by the exit code. */
const main = async ([name = 'help', ...rest]: readonly string[]): Promise<ExitCode> => {
  if (name === '--version' || name === '-v') return (await import('./version.ts')).printVersion()
  const command = await findCommand(name === '--help' || name === '-h' ? 'help' : name)
  const given = readArguments(command, rest)
  if (given.flags.help) return (await import('./help.ts')).printHelp(command)
  return command.run(given)
}

/** A user's mistake is told as such; any other error is a bug of ours. */
const told = (error: unknown): ExitCode => {
  if (isDiagnosticsError(error)) {
    printDiagnostics(error.diagnostics)
    return exit.wrong
  }
  const stack = error instanceof Error ? error.stack : String(error)
  process.stderr.write(
    `${stack}\n\nThis is a bug in sluice, not a mistake of yours. Please report it, with these lines.\n`,
  )
  return exit.failed
}

// A reader that has seen enough (`| head`) closes the pipe: nothing more to say, and nothing went wrong.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

process.exitCode = await main(process.argv.slice(2)).catch(told)
