import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import { displayPath } from '../diagnostic/format.ts'
import type { OpenedMatrix } from '../library/check-plan.ts'
import type { Plan, PlannedStage } from '../plan/plan.ts'
import { count } from '../plugin/few.ts'
import { mistake } from './arguments.ts'
import { defineCommand } from './command.ts'
import { exit } from './exit.ts'
import type { Flags } from './flags.ts'
import { graphDot } from './graph-dot.ts'
import { graphMermaid } from './graph-mermaid.ts'
import { openPlans, whichCell } from './open-plan.ts'
import { laidOut, print, printDiagnostics, printJson } from './print.ts'

export default defineCommand({
  name: 'graph',
  takes: ['FILE'],
  flags: ['format', 'json', 'set', 'profile', 'cache-dir'],
  meanings: { format: { value: 'text|mermaid|dot', about: 'for people (default), for Markdown, or for Graphviz' } },
  about: 'Shows in which order the stages run, what each takes from which stage, and what it makes.',
  examples: [
    ['pipeline graph squad.yaml', 'the stages of pipelines/squad.yaml'],
    ['pipeline graph squad.yaml --format mermaid', 'a flowchart for Markdown'],
    ['pipeline graph squad.yaml --format dot | dot -Tsvg > squad.svg', 'drawn by Graphviz'],
  ],
  async run({ positionals: [file = ''], flags }) {
    const format = formatOf(flags)
    const opened = await openPlans(file, flags)
    const plan = 'cells' in opened ? sharedPlan(opened) : opened.plan
    printDiagnostics('cells' in opened ? opened.warnings : plan.warnings)
    if (flags.json) printJson(graphJson(plan))
    else print(...formats[format](plan))
    return exit.done
  },
})

/** The plan of any cell, where all are connected alike. */
const sharedPlan = (opened: OpenedMatrix): Plan => {
  const [first, ...others] = opened.cells.map(({ plan }) => plan)
  const graph = JSON.stringify(graphJson(first!))
  if (others.some(other => JSON.stringify(graphJson(other)) !== graph)) throw diagnosticsError(whichCell(opened))
  return first!
}

const formatOf = ({ format = 'text', json }: Flags): keyof typeof formats => {
  if (json && format !== 'text')
    throw diagnosticsError(
      mistake('flag-value', `--json is a format of its own; found \`--format ${format}\` beside it.`),
    )
  if (isFormat(format)) return format
  const message = `--format is text, mermaid or dot for \`pipeline graph\`; found \`${format}\`.`
  throw diagnosticsError(mistake('flag-value', message))
}

const graphJson = (plan: Plan): object => ({
  pipeline: plan.name,
  file: plan.file,
  stages: plan.stages.map(stage => ({
    name: stage.name,
    uses: stage.uses,
    inputs: stage.inputs,
    ...(stage.recorded && { recorded: stage.recorded }),
    outputs: Object.fromEntries(Object.entries(outputsOf(stage)).map(([port, { kind }]) => [port, kind])),
    after: stage.after,
  })),
})

const graphText = (plan: Plan): string[] => [
  `${plan.name} (${displayPath(plan.file, process.cwd())})`,
  '',
  ...laidOut([['stage', 'takes', 'makes'], ...plan.stages.flatMap(stageRows)]),
]

const formats = { text: graphText, mermaid: graphMermaid, dot: graphDot }

const isFormat = (name: string): name is keyof typeof formats => Object.hasOwn(formats, name)

/** A stage with what it takes on a line each. */
const stageRows = (stage: PlannedStage): string[][] => {
  const name = stage.uses === stage.name ? stage.name : `${stage.name} (${stage.uses})`
  const takes = Object.entries(stage.inputs).map(([port, from]) => `${port} ← ${from.stage}.${from.port}`)
  const sources = new Set(Object.values(stage.inputs).map(from => from.stage))
  const told = stage.recorded?.stages ?? []
  const records = (stage.recorded?.ports ?? []).map(port => `${port} ← the run, after ${count(told.length, 'stage')}`)
  const order = stage.after
    .filter(before => !sources.has(before) && !told.includes(before))
    .map(before => `after ${before}`)
  const [first = '', ...rest] = [...takes, ...records, ...order]
  return [[name, first, Object.keys(outputsOf(stage)).join(', ')], ...rest.map(line => ['', line, ''])]
}

const outputsOf = (stage: PlannedStage): Readonly<Record<string, { readonly kind: string }>> =>
  stage.definition.outputs ?? {}
