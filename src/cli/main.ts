#!/usr/bin/env node
import { writeSync } from 'node:fs'
import { isDiagnosticsError } from '../diagnostic/diagnostic.ts'
import { readArguments } from './arguments.ts'
import { mindClosedTerminal } from './closed-terminal.ts'
import { findCommand } from './commands.ts'
import { type ExitCode, exit } from './exit.ts'
import { printDiagnostics, printJson } from './print.ts'

/** The command line: finds the command, reads its arguments, runs it, and says how it ended by the exit code. */
const main = async ([name = 'help', ...rest]: readonly string[]): Promise<ExitCode> => {
  if (name === '--version' || name === '-v') return (await import('./version.ts')).printVersion()
  const command = await findCommand(name === '--help' || name === '-h' ? 'help' : name)
  const given = readArguments(command, rest)
  if (given.flags.help) return (await import('./help.ts')).printHelp(command)
  return command.run(given)
}

/** A user's mistakes are told as such, and to programs as JSON too; any other error is a bug of ours. */
const tell = async (error: unknown): Promise<ExitCode> => {
  if (!isDiagnosticsError(error)) return tellBug(error)
  printDiagnostics(error.diagnostics)
  if (process.argv.includes('--json')) {
    const { diagnosticJson } = await import('../report/diagnostic-json.ts')
    for (const diagnostic of error.diagnostics)
      printJson({ event: 'diagnostic', diagnostic: diagnosticJson(diagnostic) })
  }
  return exit.wrong
}

// Straight to the file: the live report may hold what is written to the stream.
const tellBug = (error: unknown): ExitCode => {
  const { stack = String(error) } = error as Partial<Error>
  try {
    writeSync(2, `${stack}\n\nThis is a bug in sluice, not a mistake of yours. Please report it, with these lines.\n`)
  } catch {
    // Nobody is there to be told.
  }
  return exit.failed
}

/** Waits until all that was printed is with its reader, or the reader gone. */
const drained = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise(resolve => {
    stream.write('', () => resolve())
  })

process.on('uncaughtException', error => process.exit(tellBug(error)))
// A reader that has seen enough (`| head`) closes the pipe, and a terminal may be closed (EIO): nothing more to say, and
// nothing went wrong.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
  })
mindClosedTerminal()

const exitCode = await main(process.argv.slice(2)).catch(tell)
await Promise.all([process.stdout, process.stderr].map(drained))
// Whatever a stage has left open, or goes on with after an interrupt, keeps nobody waiting.
process.exit(exitCode)
