import { diagnosticsError } from '../diagnostic/diagnostic.ts'
import { displayPath } from '../diagnostic/format.ts'
import type { Plan, PlannedStage } from '../plan/plan.ts'
import { table } from '../report/table.ts'
import { defineCommand } from './command.ts'
import { exit } from './exit.ts'
import { type OpenedMatrix, openPlans, whichCell } from './open-plan.ts'
import { print, printDiagnostics, printJson } from './print.ts'

export default defineCommand({
  name: 'graph',
  takes: ['FILE'],
  flags: ['json', 'set', 'profile', 'cache-dir'],
  about: 'Shows in which order the stages run, what each takes from which stage, and what it makes.',
  examples: [['pipeline graph squad.yaml', 'the stages of pipelines/squad.yaml']],
  async run({ positionals: [file = ''], flags }) {
    const opened = await openPlans(file, flags)
    const plan = 'cells' in opened ? sharedPlan(opened) : opened.plan
    printDiagnostics('cells' in opened ? opened.warnings : plan.warnings)
    if (flags.json) printJson(graphJson(plan))
    else print(...graphText(plan))
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

const graphJson = (plan: Plan): object => ({
  pipeline: plan.name,
  file: plan.file,
  stages: plan.stages.map(stage => ({
    name: stage.name,
    uses: stage.uses,
    inputs: stage.inputs,
    outputs: Object.fromEntries(Object.entries(outputsOf(stage)).map(([port, { kind }]) => [port, kind])),
    after: stage.after,
  })),
})

const graphText = (plan: Plan): string[] => [
  `${plan.name} (${displayPath(plan.file, process.cwd())})`,
  '',
  ...table([['stage', 'takes', 'makes'], ...plan.stages.flatMap(stageRows)]),
]

/** A stage with what it takes on a line each. */
const stageRows = (stage: PlannedStage): string[][] => {
  const name = stage.uses === stage.name ? stage.name : `${stage.name} (${stage.uses})`
  const takes = Object.entries(stage.inputs).map(([port, from]) => `${port} ← ${from.stage}.${from.port}`)
  const sources = new Set(Object.values(stage.inputs).map(from => from.stage))
  const order = stage.after.filter(before => !sources.has(before)).map(before => `after ${before}`)
  const [first = '', ...rest] = [...takes, ...order]
  return [[name, first, Object.keys(outputsOf(stage)).join(', ')], ...rest.map(line => ['', line, ''])]
}

const outputsOf = (stage: PlannedStage): Readonly<Record<string, { readonly kind: string }>> =>
  stage.definition.outputs ?? {}
