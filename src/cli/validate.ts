import { displayPath } from '../diagnostic/format.ts'
import { diagnosticJson } from '../report/diagnostic-json.ts'
import { count } from '../report/human.ts'
import { defineCommand } from './command.ts'
import { exit } from './exit.ts'
import { checkPlan } from './open-plan.ts'
import { print, printDiagnostics, printJson } from './print.ts'

export default defineCommand({
  name: 'validate',
  takes: ['FILE'],
  flags: ['json', 'set', 'profile', 'cache-dir'],
  about:
    'Checks a pipeline: its YAML, parameters, files, connections, and what the stages themselves check. Runs nothing.',
  examples: [
    ['pipeline validate squad.yaml', 'all that is wrong with pipelines/squad.yaml'],
    ['pipeline validate squad.yaml --set stages.span.with.doc_stride=0', 'with a value changed'],
  ],
  async run({ positionals: [file = ''], flags }) {
    const { opened, diagnostics } = await checkPlan(file, flags)
    const cells = opened && 'cells' in opened ? opened.cells : undefined
    const plan = cells ? cells[0]?.plan : opened && 'plan' in opened ? opened.plan : undefined
    if (flags.json) {
      printJson({
        ok: plan !== undefined,
        stages: plan?.stages.length ?? 0,
        ...(cells && { cells: cells.length }),
        diagnostics: diagnostics.map(diagnosticJson),
      })
    } else {
      printDiagnostics(diagnostics)
      if (plan)
        print(
          `${displayPath(plan.file, process.cwd())}: ok, ${count(plan.stages.length, 'stage')}${cells ? `, ${count(cells.length, 'cell')}` : ''}`,
        )
    }
    return plan ? exit.done : exit.wrong
  },
})
