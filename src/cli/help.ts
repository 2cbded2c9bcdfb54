import { fold } from '../report/fold.ts'
import { fittedTable } from '../report/table.ts'
import { flagsOf, usageOf } from './arguments.ts'
import { type Command, defineCommand } from './command.ts'
import { commands, findCommand } from './commands.ts'
import { type ExitCode, exit } from './exit.ts'
import { print } from './print.ts'

export default defineCommand({
  name: 'help',
  takes: ['[COMMAND]'],
  flags: [],
  about: 'Shows the commands, or the help of one.',
  examples: [['pipeline help run', 'how to run a pipeline']],
  async run({ positionals: [name] }) {
    return name === undefined ? printOverview() : printHelp(await findCommand(name))
  },
})

/** Prints a command's help. */
export const printHelp = (command: Command): ExitCode => {
  const rows = Object.entries(flagsOf(command)).map(
    ([name, { value, about }]) => [`  --${name}${value === undefined ? '' : ` ${value}`}`, about] as const,
  )
  const columns = helpWidth()
  const about = command.about.split('\n')
  print(
    ...about.flatMap(line => fold(line, columns, about.length > 1 ? '  ' : '')),
    '',
    `Usage: ${usageOf(command)}`,
    '',
    'Examples:',
    ...fittedTable(
      command.examples.map(([line, about]) => [`  ${line}`, about]),
      columns,
    ),
    '',
    'Flags:',
    ...fittedTable(rows, columns),
  )
  return exit.done
}

/** Lines are no longer than they are easily read. */
const helpWidth = (): number => {
  const { columns = 0 } = process.stdout
  return columns > 0 ? Math.min(columns, 80) : 80
}

const printOverview = (): ExitCode => {
  const columns = helpWidth()
  print(
    ...fold('Sluice runs pipelines: stages written down in a YAML file, whose results are kept and reused.', columns),
    '',
    ...fold('Usage: pipeline COMMAND …   (`sluice` is the same command)', columns),
    '',
    'Commands:',
    ...fittedTable(
      Object.entries(commands).map(([name, { summary }]) => [`  ${name}`, summary]),
      columns,
    ),
    '',
    'Start with:',
    ...fittedTable(
      [
        ['  pipeline run squad.yaml', 'run pipelines/squad.yaml'],
        ['  pipeline help run', 'what `run` can do'],
      ],
      columns,
    ),
    '',
    ...fold(
      'Exit codes: 0 done; 1 a stage failed, or what was asked for is not there; 2 the command line or the pipeline is wrong; 3 `plan --exit-code` and something would run; 130 interrupted.',
      columns,
      '  ',
    ),
    ...fold(
      '`pipeline COMMAND --help` is the same as `pipeline help COMMAND`; `pipeline --version` says which this is.',
      columns,
      '  ',
    ),
  )
  return exit.done
}
