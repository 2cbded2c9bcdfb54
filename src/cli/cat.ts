import { openStore } from '../cache/store.ts'
import { type Diagnostic, diagnosticsError } from '../diagnostic/diagnostic.ts'
import type { PlannedStage } from '../plan/plan.ts'
import { type OpenedOutput, openOutput } from '../runner/open-output.ts'
import { mistake, unknownName } from './arguments.ts'
import { defineCommand } from './command.ts'
import { exit } from './exit.ts'
import type { Flags } from './flags.ts'
import { notThere } from './not-there.ts'
import { openPlan } from './open-plan.ts'
import { printAll, printDiagnostics } from './print.ts'

export default defineCommand({
  name: 'cat',
  takes: ['FILE', 'STAGE[.PORT]'],
  flags: ['format', 'json', 'set', 'profile', 'cache-dir'],
  about: "Prints a stage's result from the cache, a record a line. Computes nothing.",
  examples: [
    ['pipeline cat squad.yaml span | head -1', 'the first window, as JSON'],
    ['pipeline cat squad.yaml span --format text | less', 'windows to read'],
  ],
  async run(given) {
    const { positionals, flags } = given
    const [file = '', target = ''] = positionals
    const format = formatOf(flags)
    const { plan, cache } = await openPlan(file, flags)
    const [stage = '', port] = target.split('.')
    const names = plan.stages.map(each => each.name)
    if (!names.includes(stage)) throw diagnosticsError(unknownName('unknown-stage', 'stage', stage, names))

    const store = await openStore(cache, { readOnly: true })
    const output = await openOutput({ plan, store }, stage, port)
    if ('missing' in output) {
      if (output.missing === 'port') throw diagnosticsError(unknownPort(stage, port, output.ports))
      printDiagnostics([notThere(stage, output.missing === 'result' ? undefined : output.damage, given)])
      return exit.failed
    }
    await printAll(linesOf(output, format, shownAsText(plan.stages.find(each => each.name === stage)!)))
    return exit.done
  },
})

type Format = 'jsonl' | 'text'

const formatOf = ({ format = 'jsonl', json }: Flags): Format => {
  if (json && format !== 'jsonl')
    throw diagnosticsError(mistake('flag-value', `--json is --format jsonl, not \`${format}\`.`))
  if (format === 'jsonl' || format === 'text') return format
  throw diagnosticsError(mistake('flag-value', `--format is jsonl or text, not \`${format}\`.`))
}

async function* linesOf({ kind, value }: OpenedOutput, format: Format, most: number): AsyncGenerator<string> {
  const records = kind.records?.(value) ?? []
  let shown = 0
  for await (const record of records) {
    if (format === 'text' && shown++ === most) return
    yield format === 'text' && kind.text ? kind.text(record) : JSON.stringify(record)
  }
}

/** How many records are shown as text: a stage may have a parameter for it, marked `x-text-records` in its schema. */
const shownAsText = ({ definition, config }: PlannedStage): number => {
  const fields: Readonly<Record<string, Readonly<Record<string, unknown>>>> = definition.config.properties ?? {}
  const [name = ''] = Object.keys(fields).filter(field => fields[field]?.['x-text-records'] === true)
  const most = config[name]
  return typeof most === 'number' ? most : Number.POSITIVE_INFINITY
}

const unknownPort = (stage: string, port: string | undefined, ports: readonly string[]): Diagnostic => {
  if (ports.length === 0) return mistake('no-output', `Stage \`${stage}\` has no output to print.`)
  if (port !== undefined) return unknownName('unknown-port', `output of \`${stage}\` named`, port, ports)
  const choices = ports.map(each => `\`${stage}.${each}\``).join(', ')
  return mistake('which-port', `Stage \`${stage}\` has several outputs.`, `Name one: ${choices}.`)
}
