import { openStore } from '../cache/store.ts'
import { forcedStages } from '../library/choose.ts'
import { type Explanation, explain } from '../runner/explain.ts'
import { defineCommand } from './command.ts'
import { exit } from './exit.ts'
import { openPlan } from './open-plan.ts'
import { folded, print, printDiagnostics, printJson } from './print.ts'
import { changeWords, reasonWords, statusWords } from './reasons.ts'

export default defineCommand({
  name: 'explain',
  takes: ['FILE'],
  flags: ['json', 'set', 'profile', 'force', 'rehash', 'cache-dir'],
  about:
    'Says for each stage why it would run or not: every part of its cache key that changed, old → new. Changes nothing.',
  examples: [['pipeline explain squad.yaml', 'why the stages of pipelines/squad.yaml would run']],
  async run({ positionals: [file = ''], flags }) {
    const { plan, cache } = await openPlan(file, flags)
    printDiagnostics(plan.warnings)
    const store = await openStore(cache, { rehash: flags.rehash === true, readOnly: true })
    for (const stage of await explain({ plan, store, force: forcedStages(plan, flags) })) {
      if (flags.json) printJson(stage)
      else print(...linesOf(stage))
    }
    return exit.done
  },
})

const linesOf = (stage: Explanation): string[] => {
  const start = `${stage.stage}: ${statusWords[stage.status]}`
  if (stage.changes.length < 2) return folded(`${start}: ${reasonWords(stage)}`, '    ')
  return [start, ...stage.changes.flatMap(each => folded(`  ${changeWords(each)}`, '    '))]
}
