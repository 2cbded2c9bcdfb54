import { openStore } from '../cache/store.ts'
import { chosenStages, forcedStages } from '../library/choose.ts'
import { expectPins } from '../runner/check-pins.ts'
import { type Explanation, explain } from '../runner/explain.ts'
import { planStatus, type StageState } from '../runner/survey.ts'
import { addressRows } from './address-rows.ts'
import { defineCommand } from './command.ts'
import { exit } from './exit.ts'
import { onlyPlan, openPlans } from './open-plan.ts'
import { laidOut, print, printDiagnostics, printJson } from './print.ts'
import { reasonWords, statusWords } from './reasons.ts'
import { showConfig } from './show-config.ts'

export default defineCommand({
  name: 'plan',
  takes: ['FILE'],
  flags: ['json', 'set', 'profile', 'from', 'until', 'only', 'force', 'rehash', 'cache-dir', 'exit-code', 'show'],
  about:
    'Shows what a run would do with each stage, and why. `unknown`: it depends on a result that is not there yet, and would be reused if that comes out the same as before. Changes nothing, and fetches nothing.',
  examples: [
    ['pipeline plan squad.yaml', 'what `pipeline run squad.yaml` would do'],
    ['pipeline plan squad.yaml --show config', 'with which values each stage would run, and where each comes from'],
    ['pipeline plan squad.yaml --exit-code', 'exit with 3 if something would run, for scripts'],
  ],
  async run({ positionals: [file = ''], flags }) {
    const opened = await openPlans(file, flags)
    if ('cells' in opened && flags.show === undefined)
      return (await import('./plan-matrix.ts')).planMatrix(opened, flags)
    const { plan, document, cache } = onlyPlan(opened)
    printDiagnostics(plan.warnings)
    const chosen = chosenStages(plan, flags)
    if (flags.show !== undefined)
      return showConfig(
        flags,
        document,
        plan.stages.filter(stage => chosen.has(stage.name)),
      )
    const store = await openStore(cache, { rehash: flags.rehash === true, readOnly: true })
    await expectPins(plan, chosen, store)
    const options = { plan, store, force: forcedStages(plan, flags, chosen) }
    const isChosen = ({ stage }: { readonly stage: string }): boolean => chosen.has(stage)
    const statuses: StageState['status'][] = []
    if (flags.json) {
      for (const state of (await planStatus(options)).filter(isChosen)) {
        printJson(state)
        statuses.push(state.status)
      }
    } else {
      const rows = (await explain(options)).filter(isChosen)
      const words = (row: Explanation) =>
        [reasonWords(row), ...(row.outlook === undefined ? [] : [row.outlook])].join('; ')
      print(...laidOut(rows.map(row => [row.stage, statusWords[row.status], words(row)])))
      const addresses = addressRows(plan.stages.filter(stage => chosen.has(stage.name)))
      if (addresses.length > 0) print('', ...laidOut(addresses))
      statuses.push(...rows.map(row => row.status))
    }
    const nothing = statuses.every(status => status === 'cached')
    return flags['exit-code'] && !nothing ? exit.wouldRun : exit.done
  },
})
