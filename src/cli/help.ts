import { table } from '../report/table.ts'
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
  const rows = Object.entries(flagsOf(command)).map(([name, { value, about }]) => [
    `  --${name}${value === undefined ? '' : ` ${value}`}`,
    about,
  ])
  print(
    command.about,
    '',
    `Usage: ${usageOf(command)}`,
    '',
    ...(command.examples.length === 0
      ? []
      : ['Examples:', ...table(command.examples.map(([line, about]) => [`  ${line}`, about])), '']),
    'Flags:',
    ...table(rows),
  )
  return exit.done
}

const printOverview = (): ExitCode => {
  print(
    'Sluice runs pipelines: stages written down in a YAML file, whose results are kept and reused.',
    '',
    'Usage: pipeline COMMAND …   (`sluice` is the same command)',
    '',
    'Commands:',
    ...table(Object.entries(commands).map(([name, { summary }]) => [`  ${name}`, summary])),
    '',
    'Start with:',
    ...table([
      ['  pipeline run squad.yaml', 'run pipelines/squad.yaml'],
      ['  pipeline help run', 'what `run` can do'],
    ]),
  )
  return exit.done
}
